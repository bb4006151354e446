using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Aragora.Fleet.Rollouts.Plans;

/// <summary>
/// Tells whether a plan is still what was shown: reflection can assign to any property of an object. It guards against a
/// changed plan, not against a hostile process.
/// </summary>
internal static class PlanSeal
{
    /// <summary>The seal of everything that a plan says: a later step believes all of it.</summary>
    public static string Of(ChangePlan plan)
    {
        string[] lines =
        [
            Line(
                plan.DeployId, plan.Kind, plan.Wanted, plan.Target, plan.Environment, plan.OnFailure, plan.Gates, plan.Attempt,
                plan.Reason, plan.Who, plan.WasGated, plan.MendsDrift, plan.EarlierHosts, plan.EarlierLeftOut, plan.Created.UtcTicks, plan.ExpectedDuration, plan.Origin),
            Line([.. plan.Notes]),
            .. plan.Hosts.Select(Line),
            .. plan.Waves.Select(wave => Line([.. wave.Select(Line)])),
        ];
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
    }

    private static string Line(HostPlan host) => Line(
        host.Target.InstanceId, host.Target.Name, host.Target.Region, host.Target.Environment, host.Layout, host.Wave, host.From, host.To, host.Disk,
        host.Verdict, host.IsCurrent, host.IsDone, host.AwaitsAcceptance, host.WasMoved, host.Obstacle?.Kind, host.Obstacle?.Message,
        host.IsInOrder, host.LocalChanges, host.UnitSettings, host.ExpectedDuration, Line(host.Changes),
        Line([.. host.Warnings.Select(warning => Line(warning.Kind, warning.Text))]));

    private static string Line(CommitChanges? changes) => changes is null ? "" : Line(
        changes.Ahead, changes.Behind, changes.RequirementsChange, changes.MigrationsChange, Line([.. changes.Subjects]));

    // With its length before each value, two lists of values never read the same.
    private static string Line(params object?[] values) => string.Concat(values
        .Select(value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")
        .Select(text => string.Create(CultureInfo.InvariantCulture, $"{text.Length}:{text} ")));
}
