using System.Globalization;

namespace Aragora.Fleet.Rollouts;

/// <summary>The parameters of the changing operations on a host.</summary>
internal static class StepParameters
{
    /// <summary>What a host must have free for a release and the way back.</summary>
    private const int NeededMegabytes = 512;

    /// <summary>Of who and why hosts keep no more: a script for fifty hosts must stay short enough to be sent.</summary>
    private const int MaxWho = 100;
    private const int MaxReason = 200;

    /// <summary>For taking the hosts of a plan before the first of them is changed.</summary>
    /// <param name="settings">Unit and branch.</param>
    /// <param name="plan">The plan: hosts find themselves in it, and keep what a resumption must know of it.</param>
    /// <param name="hosts">The hosts of one region.</param>
    /// <param name="token">The fencing token of the region; 0 where there is no fleet lock.</param>
    /// <param name="record">What else each host shall keep of the run: lower-case words and their values.</param>
    public static Dictionary<string, string> ForClaim(
        FleetSettings settings,
        ChangePlan plan,
        IReadOnlyList<HostPlan> hosts,
        long token,
        IEnumerable<KeyValuePair<string, string>> record)
    {
        var waves = plan.Waves
            .SelectMany((wave, index) => wave.Select(host => (host.Target.InstanceId, Number: $"{plan.WaveNumber(index)}")))
            .ToDictionary(host => host.InstanceId, host => host.Number, StringComparer.Ordinal);
        var parameters = Run(settings, plan, token);
        parameters["P_EXPECT"] = Lines(hosts, host => host.From);
        parameters["P_TARGETS"] = Lines(hosts, host => host.To);
        parameters["P_WAVES"] = Lines(hosts, host => waves.GetValueOrDefault(host.Target.InstanceId));
        parameters["P_RECORD"] = string.Join('\n', record.Select(pair => $"{pair.Key} {pair.Value}"));
        parameters["P_NEED_MB"] = $"{NeededMegabytes}";
        return parameters;
    }

    /// <summary>For writing down that the run was accepted.</summary>
    public static Dictionary<string, string> ForAccept(ChangePlan plan, long token) => new()
    {
        ["P_DEPLOY"] = plan.DeployId,
        ["P_TOKEN"] = token.ToString(CultureInfo.InvariantCulture),
        ["P_WHO"] = Head(plan.Who, MaxWho),
    };

    public static Dictionary<string, string> ForDeploy(
        FleetSettings settings, ChangePlan plan, IReadOnlyList<HostPlan> hosts, long token)
    {
        var parameters = Step(settings, plan, "deploy", token);
        parameters["P_TARGET"] = hosts[0].To!;
        parameters["P_EXPECT"] = Lines(hosts, host => host.From);
        parameters["P_REVERT"] = "1";
        return parameters;
    }

    /// <summary>
    /// For going back: each host to a release of its own, with why behind it where the run takes its own change back, provided it
    /// still runs what is expected.
    /// </summary>
    public static Dictionary<string, string> ForRestore(
        FleetSettings settings,
        ChangePlan plan,
        IReadOnlyList<HostPlan> hosts,
        string step,
        long token,
        Func<HostPlan, string?> expected,
        Func<HostPlan, string?> target)
    {
        var parameters = Step(settings, plan, step, token);
        parameters["P_TARGETS"] = Lines(hosts, target);
        parameters["P_EXPECT"] = Lines(hosts, expected);
        return parameters;
    }

    /// <summary>The id of a step: hosts run it once. Each resumption has steps of its own.</summary>
    private static string StepId(ChangePlan plan, string step) =>
        plan.Attempt == 1 ? $"{plan.DeployId}-{step}" : $"{plan.DeployId}-{step}-{plan.Attempt}";

    private static Dictionary<string, string> Step(FleetSettings settings, ChangePlan plan, string step, long token)
    {
        var parameters = Run(settings, plan, token);
        parameters["P_STEP"] = StepId(plan, step);
        parameters["P_READY_SECONDS"] = Seconds(plan.Gates.ReadyTimeout);
        parameters["P_SETTLE_SECONDS"] = Seconds(plan.Gates.SettleTime);
        return parameters;
    }

    private static Dictionary<string, string> Run(FleetSettings settings, ChangePlan plan, long token) => new()
    {
        ["P_UNIT"] = settings.Unit,
        ["P_BRANCH"] = settings.Branch,
        ["P_DEPLOY"] = plan.DeployId,
        ["P_TOKEN"] = token.ToString(CultureInfo.InvariantCulture),
        ["P_WHO"] = Head(plan.Who, MaxWho),
        ["P_REASON"] = Head(plan.Reason, MaxReason),
    };

    /// <summary>The beginning of a text, without half of a character at its end.</summary>
    private static string Head(string text, int most) =>
        text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];

    private static string Seconds(TimeSpan span) =>
        Math.Ceiling(span.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private static string Lines(IEnumerable<HostPlan> hosts, Func<HostPlan, string?> value) => string.Join(
        '\n', hosts.Where(host => value(host) is not null).Select(host => $"{host.Target.InstanceId} {value(host)}"));
}
