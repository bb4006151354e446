using System.Globalization;

namespace Aragora.Fleet.Rollouts;

/// <summary>The parameters of the changing operations on a host.</summary>
internal static class StepParameters
{
    public static Dictionary<string, string> ForDeploy(FleetSettings settings, ChangePlan plan, IReadOnlyList<HostPlan> hosts)
    {
        var parameters = Common(settings, plan, "deploy");
        parameters["P_TARGET"] = hosts[0].To!;
        parameters["P_EXPECT"] = Lines(hosts, host => host.From);
        parameters["P_REVERT"] = "1";
        return parameters;
    }

    /// <summary>For going back: each host to a commit of its own, provided it still runs what is expected.</summary>
    public static Dictionary<string, string> ForRestore(
        FleetSettings settings,
        ChangePlan plan,
        IReadOnlyList<HostPlan> hosts,
        string step,
        Func<HostPlan, string?> expected,
        Func<HostPlan, string?> target)
    {
        var parameters = Common(settings, plan, step);
        parameters["P_TARGETS"] = Lines(hosts, target);
        parameters["P_EXPECT"] = Lines(hosts, expected);
        return parameters;
    }

    private static Dictionary<string, string> Common(FleetSettings settings, ChangePlan plan, string step) => new()
    {
        ["P_UNIT"] = settings.Unit,
        ["P_BRANCH"] = settings.Branch,
        ["P_STEP"] = $"{plan.DeployId}-{step}",
        ["P_DEPLOY"] = plan.DeployId,
        ["P_READY_SECONDS"] = Seconds(plan.Gates.ReadyTimeout),
        ["P_SETTLE_SECONDS"] = Seconds(plan.Gates.SettleTime),
        ["P_WHO"] = plan.Who,
        ["P_REASON"] = plan.Reason,
    };

    private static string Seconds(TimeSpan span) =>
        Math.Ceiling(span.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private static string Lines(IEnumerable<HostPlan> hosts, Func<HostPlan, string?> commit) => string.Join(
        '\n', hosts.Where(host => commit(host) is not null).Select(host => $"{host.Target.InstanceId} {commit(host)}"));
}
