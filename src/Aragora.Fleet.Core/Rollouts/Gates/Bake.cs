using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts.Runs;

namespace Aragora.Fleet.Rollouts.Gates;

/// <summary>
/// Watches the hosts of one wave for the bake time: their processes, /readyz, and the errors of their journals next to
/// those of the hosts that still run the release before. What went wrong is told at the first look that shows it.
/// </summary>
internal sealed class Bake(PulseReader pulses, TimeProvider time, ChangePlan plan, ErrorBaseline baseline)
{
    private const int MaxSilence = 3;

    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);

    private readonly long _began = time.GetTimestamp();
    private readonly Dictionary<string, int> _silent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HostPulse> _first = new(StringComparer.Ordinal);

    /// <summary>Whether the time is over, and each host that was watched has been seen well at its end.</summary>
    public bool IsOver { get; private set; } = plan.Gates.BakeTime <= TimeSpan.Zero;

    /// <summary>How long to wait before the next look.</summary>
    public TimeSpan Pause
    {
        get
        {
            var usual = TimeSpan.FromTicks(Math.Clamp(plan.Gates.BakeTime.Ticks / 20, s_shortest.Ticks, s_longest.Ticks));
            var left = plan.Gates.BakeTime - time.GetElapsedTime(_began);
            return left <= TimeSpan.Zero ? s_shortest : left < usual ? left : usual;
        }
    }

    /// <summary>Looks once.</summary>
    /// <param name="watched">The hosts of the wave that are done and well so far.</param>
    /// <param name="touched">Every host that the run has touched: the others that the plan means to change run the release before.</param>
    /// <param name="cancellationToken">Gives the look up.</param>
    /// <returns>The hosts that failed.</returns>
    public async Task<IReadOnlyList<HostFault>> LookAsync(
        IReadOnlyList<TouchedHost> watched, IReadOnlySet<string> touched, CancellationToken cancellationToken)
    {
        var window = time.GetElapsedTime(_began);
        var isLast = window >= plan.Gates.BakeTime;
        var seen = await pulses.ReadAsync(plan.Hosts, window, watched.Select(host => host.Id), cancellationToken).ConfigureAwait(false);
        long[] others =
        [
            .. plan.Hosts
                .Where(host => !host.IsCurrent && !touched.Contains(host.Target.InstanceId))
                .Select(host => seen.GetValueOrDefault(host.Target.InstanceId))
                .OfType<HostPulse>().Select(pulse => pulse.Errors),
        ];
        var faults = new List<HostFault>();
        foreach (var host in watched)
        {
            if (Judge(host, seen.GetValueOrDefault(host.Id), window, others) is { } reason)
            {
                faults.Add(new HostFault(host.Plan.Target, FailureKind.BakeFailed, "bake", reason));
            }
        }

        IsOver = isLast && watched.All(host => seen.ContainsKey(host.Id) || faults.Exists(f => f.Host == host.Plan.Target));
        return faults;
    }

    private string? Judge(TouchedHost host, HostPulse? pulse, TimeSpan window, long[] others)
    {
        if (pulse is null)
        {
            _silent[host.Id] = _silent.GetValueOrDefault(host.Id) + 1;
            return _silent[host.Id] < MaxSilence ? null : $"no answer to {MaxSilence} looks one after the other";
        }

        _silent[host.Id] = 0;
        // What an earlier attempt verified is known from the first look only.
        var first = _first.TryAdd(host.Id, pulse) ? pulse : _first[host.Id];
        var block = host.Step?.Block;
        if ((block is null ? first.Restarts : block.Number("restarts")) is { } restarts && pulse.Restarts != restarts)
        {
            return $"the service restarted by itself while it was watched ({pulse.State}, restart {pulse.Restarts})";
        }

        if ((block is null ? first.ProcessId : block.Number("pid")) is { } process && pulse.ProcessId != process)
        {
            return $"the service runs as another process than the one that was verified ({pulse.State}, {process}, now {pulse.ProcessId})";
        }

        return pulse.IsHealthy
            ? ErrorRate.Judge(pulse.Errors, window, others, baseline.PerSecond(host.Id))
            : $"no longer ready: unit {pulse.State}, /readyz {pulse.Ready:d3}";
    }
}
