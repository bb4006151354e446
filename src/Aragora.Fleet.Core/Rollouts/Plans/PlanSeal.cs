using System.Security.Cryptography;
using System.Text;

namespace Aragora.Fleet.Rollouts.Plans;

/// <summary>
/// Tells whether a plan is still what was shown: reflection can assign to any property of an object. It guards against a
/// changed plan, not against a hostile process.
/// </summary>
internal static class PlanSeal
{
    /// <summary>The seal of everything that decides what a run does.</summary>
    public static string Of(ChangePlan plan)
    {
        var text = new StringBuilder()
            .AppendJoin(
                '\n', plan.DeployId, plan.Kind, plan.Wanted, plan.Target, plan.Environment, plan.OnFailure, plan.Gates,
                plan.Attempt, plan.Reason, plan.Origin)
            .Append('\n')
            .AppendJoin('\n', plan.Hosts.Select(Line))
            .Append('\n')
            .AppendJoin('\n', plan.Waves.Select(wave => string.Join(' ', wave.Select(Line))));
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static string Line(HostPlan host) => string.Join(
        ' ', host.Target.InstanceId, host.Target.Region, host.Target.Environment, host.Wave, host.From, host.To, host.Disk,
        host.Verdict, host.IsCurrent, host.IsDone, host.AwaitsAcceptance, host.WasMoved, host.Obstacle?.Kind,
        host.LocalChanges, host.UnitSettings);
}
