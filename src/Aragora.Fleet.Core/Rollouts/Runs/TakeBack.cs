using Aragora.Fleet.Commands;
using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Locks;
using Aragora.Fleet.Rollouts.Gates;

namespace Aragora.Fleet.Rollouts.Runs;

/// <summary>
/// Takes hosts back, each to the commit that this run's own preflight saw there: newest first, in larger waves than
/// forward, verified. A host is asked once; one that cannot be brought back is told so. With -MinHealthy a wave takes no more
/// hosts that are well than the hosts of the plan, as measured before it, can spare; where they can spare none, what is to go
/// back goes on all the same, one host at a time, for it is on a release that failed.
/// </summary>
internal sealed class TakeBack(RunServices services, ChangePlan plan, RunBook book, IHeldLock held, RunWatch watch)
{
    private readonly StepRunner _steps = new(services.Runner, services.Log);
    private readonly PulseReader _pulses = new(services.Runner, services.Settings, services.Log, services.Time);

    /// <summary>Takes these hosts back.</summary>
    /// <returns>The end of the run where the lock was lost meanwhile: the hosts that are left stay as they are.</returns>
    public async Task<RunEnd?> RunAsync(IReadOnlyList<TouchedHost> hosts, CancellationToken cancellationToken)
    {
        TouchedHost[] ordered = [.. hosts.Reverse().OrderByDescending(host => host.Wave)];
        var largest = SizeFor(hosts.Count);
        for (var done = 0; done < ordered.Length;)
        {
            if (await watch.HoldsAsync(cancellationToken).ConfigureAwait(false) is { } lost)
            {
                return lost;
            }

            var size = await SpareAsync(ordered[done..Math.Min(done + largest, ordered.Length)], cancellationToken).ConfigureAwait(false);
            var group = ordered[done..(done + size)];
            services.Log.Progress($"going back: {string.Join(", ", group.Select(host => host.Plan.Target.Name))}", done, hosts.Count);
            services.Journal.Add("back", ("hosts", group.Select(host => host.Id).ToList()));
            await RunGroupAsync(group, cancellationToken).ConfigureAwait(false);
            done += group.Length;
        }

        return null;
    }

    // Twice the largest wave forward, or half of what goes back.
    private int SizeFor(int count) =>
        Math.Max(plan.Waves.Select(wave => wave.Count).DefaultIfEmpty(1).Max() * 2, (count + 1) / 2);

    /// <summary>How many of these can be taken at once, the first of them in any case.</summary>
    private async Task<int> SpareAsync(TouchedHost[] next, CancellationToken cancellationToken)
    {
        if (plan.Gates.MinHealthy is not { } wanted || next.Length == 1)
        {
            return next.Length;
        }

        var health = new MeasuredHealth(await _pulses
            .ReadAsync(plan.Hosts, TimeSpan.Zero, next.Select(host => host.Id), cancellationToken).ConfigureAwait(false));
        var spare = plan.Hosts.Count(health.IsHealthy) - wanted.AtLeast(plan.Hosts.Count);
        var taken = 1;
        spare -= health.MayBeHealthy(next[0].Plan) ? 1 : 0;
        while (taken < next.Length && (!health.MayBeHealthy(next[taken].Plan) || spare-- > 0))
        {
            taken++;
        }

        return taken;
    }

    private async Task RunGroupAsync(TouchedHost[] group, CancellationToken cancellationToken)
    {
        var byId = group.ToDictionary(host => host.Id, StringComparer.Ordinal);
        var steps = _steps.RunAsync(
            HostSteps.Back,
            hosts => StepParameters.ForRestore(
                services.Settings, plan, hosts, "back", held.Token(hosts[0].Target.Region),
                host => byId[host.Target.InstanceId].Holds,
                host => host.From is { } from ? $"{from} {byId[host.Target.InstanceId].BackCause}" : null),
            [.. group.Select(host => host.Plan)],
            "the way back",
            OwnComment.For(OwnComment.Back, $"{plan.DeployId} {plan.Reason}"),
            cancellationToken);
        await foreach (var step in steps.ConfigureAwait(false))
        {
            var host = byId[step.Host.Target.InstanceId];
            book.Tell(Result(host, step));
        }
    }

    private DeployResult Result(TouchedHost host, HostStep back)
    {
        var outcome = !back.Succeeded ? (back.Block is null ? DeployOutcome.Unknown : DeployOutcome.Failed)
            : host.IsWell ? DeployOutcome.Restored
            : DeployOutcome.Reverted;
        var result = StepResult.Of(plan, back, host.Wave, outcome).WithFindingsOf(host.Step);
        if (host.IsWell)
        {
            return result;
        }

        return back.Succeeded
            ? result with { Phase = host.FailedPhase, Reason = host.FailedReason }
            : result with { Reason = $"{host.FailedReason}; going back failed: {result.Reason}" };
    }
}
