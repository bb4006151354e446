namespace Aragora.Fleet.Rollouts.Plans;

/// <summary>Puts the hosts of a plan in order and cuts them into waves.</summary>
internal static class WaveOrder
{
    /// <summary>The plan with its waves; hosts that need no change, or cannot be changed, come last and are in none.</summary>
    public static ChangePlan Arrange(
        ChangePlan plan, List<HostPlan> hosts, IReadOnlyList<Instance> instances, WaveList sizes)
    {
        var zones = instances.ToDictionary(i => i.InstanceId, i => i.Zone ?? "", StringComparer.Ordinal);
        return With(plan, hosts, Number(sizes.Cut(InOrder(hosts.FindAll(IsToChange), zones)), after: 0));
    }

    /// <summary>
    /// The plan with the waves that its hosts name. Those that name none come after them, as carefully as in a new run.
    /// </summary>
    public static ChangePlan Keep(ChangePlan plan, List<HostPlan> hosts)
    {
        var known = hosts.Where(host => host.Wave is not null && IsToChange(host))
            .GroupBy(host => host.Wave)
            .OrderBy(wave => wave.Key)
            .Select(wave => (IReadOnlyList<HostPlan>)[.. wave]);
        var others = WaveList.ForDeploy.Cut(hosts.FindAll(host => host.Wave is null && IsToChange(host)));
        return With(plan, hosts, [.. known, .. Number(others, after: hosts.Max(host => host.Wave) ?? 0)]);
    }

    private static bool IsToChange(HostPlan host) => host is { Obstacle: null, IsCurrent: false, IsDone: false };

    private static IEnumerable<IReadOnlyList<HostPlan>> Number(IReadOnlyList<IReadOnlyList<HostPlan>> waves, int after) =>
        waves.Select((wave, index) => (IReadOnlyList<HostPlan>)[.. wave.Select(host => host with { Wave = after + index + 1 })]);

    private static ChangePlan With(ChangePlan plan, List<HostPlan> hosts, IEnumerable<IReadOnlyList<HostPlan>> waves)
    {
        List<IReadOnlyList<HostPlan>> all = [.. waves];
        return plan with
        {
            Hosts = [.. all.SelectMany(wave => wave), .. hosts.Where(host => !IsToChange(host)).Select(host => host with { Wave = null })],
            Waves = all,
        };
    }

    // The canary is a host that is well, since a sick one proves nothing; then those that are not, which have least to
    // lose; then zone by zone.
    private static List<HostPlan> InOrder(List<HostPlan> hosts, Dictionary<string, string> zones)
    {
        var canary = hosts.Find(host => host.Verdict == Verdict.Healthy) ?? hosts.FirstOrDefault();
        return
        [
            .. hosts
                .OrderByDescending(host => host == canary)
                .ThenBy(host => host.Verdict == Verdict.Healthy)
                .ThenBy(host => zones[host.Target.InstanceId], StringComparer.Ordinal)
                .ThenBy(host => host.Target.Name, StringComparer.Ordinal),
        ];
    }
}
