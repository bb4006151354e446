namespace Aragora.Fleet.Rollouts.Gates;

/// <summary>How many errors each host wrote before the run, to be compared with where no host is left that was not touched.</summary>
internal sealed class ErrorBaseline(PulseReader pulses)
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    private readonly Dictionary<string, double> _perSecond = new(StringComparer.Ordinal);

    /// <summary>The error lines a second; 0 where nothing is known, so that the floor alone decides.</summary>
    public double PerSecond(string instanceId) => _perSecond.GetValueOrDefault(instanceId);

    /// <summary>Looks back over as long a time as will be watched, within bounds.</summary>
    public async Task TakeAsync(ChangePlan plan, CancellationToken cancellationToken)
    {
        var window = TimeSpan.FromTicks(Math.Clamp(plan.Gates.BakeTime.Ticks, s_shortest.Ticks, s_longest.Ticks));
        // A host that an earlier attempt has moved already wrote errors of the new release.
        List<HostPlan> hosts = [.. plan.Hosts.Where(host => host.Disk is null || host.Disk != host.To || host.From == host.To)];
        var seen = await pulses.ReadAsync(hosts, window, needed: null, cancellationToken).ConfigureAwait(false);
        foreach (var (id, pulse) in seen)
        {
            _perSecond[id] = pulse.Errors / window.TotalSeconds;
        }
    }
}
