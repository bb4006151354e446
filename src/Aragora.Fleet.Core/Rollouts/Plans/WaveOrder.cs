namespace Aragora.Fleet.Rollouts.Plans;

/// <summary>Puts the hosts of a plan in order and cuts them into waves.</summary>
internal static class WaveOrder
{
    /// <summary>The plan with its waves; hosts that need no change, or cannot be changed, come last and are in none.</summary>
    public static ChangePlan Arrange(
        ChangePlan plan, List<HostPlan> hosts, IReadOnlyList<Instance> instances, WaveList sizes)
    {
        var zones = instances.ToDictionary(i => i.InstanceId, i => i.Zone ?? "", StringComparer.Ordinal);
        var toChange = InOrder(hosts.FindAll(host => host is { Obstacle: null, IsCurrent: false, IsDone: false }), zones);
        IReadOnlyList<IReadOnlyList<HostPlan>> waves =
        [
            .. sizes.Cut(toChange).Select((wave, index) =>
                (IReadOnlyList<HostPlan>)[.. wave.Select(host => host with { Wave = index + 1 })]),
        ];
        return plan with { Hosts = [.. waves.SelectMany(wave => wave), .. hosts.Except(toChange)], Waves = waves };
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
