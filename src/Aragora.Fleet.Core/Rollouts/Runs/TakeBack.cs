using Aragora.Fleet.Commands;
using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Locks;

namespace Aragora.Fleet.Rollouts.Runs;

/// <summary>
/// Takes hosts back, each to the commit that this run's own preflight saw there: newest first, in larger waves than
/// forward, verified. A host is asked once; one that cannot be brought back is told so.
/// </summary>
internal sealed class TakeBack(RunServices services, ChangePlan plan, RunBook book, IHeldLock held, RunWatch watch)
{
    private readonly StepRunner _steps = new(services.Runner, services.Log);

    /// <summary>Takes these hosts back.</summary>
    /// <returns>The end of the run where the lock was lost meanwhile: the hosts that are left stay as they are.</returns>
    public async Task<RunEnd?> RunAsync(IReadOnlyList<TouchedHost> hosts, CancellationToken cancellationToken)
    {
        var done = 0;
        foreach (var group in hosts.Reverse().OrderByDescending(host => host.Wave).Chunk(SizeFor(hosts.Count)))
        {
            if (await watch.HoldsAsync(cancellationToken).ConfigureAwait(false) is { } lost)
            {
                return lost;
            }

            services.Log.Progress($"going back: {string.Join(", ", group.Select(host => host.Plan.Target.Name))}", done, hosts.Count);
            services.Journal.Add("back", ("hosts", group.Select(host => host.Id).ToList()));
            await RunGroupAsync(group, cancellationToken).ConfigureAwait(false);
            done += group.Length;
        }

        return null;
    }

    // Twice the largest wave forward, or half of what goes back; but with -MinHealthy never so many that it could not hold.
    private int SizeFor(int count)
    {
        var forward = plan.Waves.Select(wave => wave.Count).DefaultIfEmpty(1).Max();
        var size = Math.Max(forward * 2, (count + 1) / 2);
        return plan.Gates.MinHealthy is { } least
            ? Math.Clamp(plan.Hosts.Count - least.AtLeast(plan.Hosts.Count), forward, size)
            : size;
    }

    private async Task RunGroupAsync(TouchedHost[] group, CancellationToken cancellationToken)
    {
        var byId = group.ToDictionary(host => host.Id, StringComparer.Ordinal);
        var steps = _steps.RunAsync(
            HostOperation.Rollback,
            hosts => StepParameters.ForRestore(
                services.Settings, plan, hosts, "back", held.Token(hosts[0].Target.Region),
                host => byId[host.Target.InstanceId].Holds,
                host => host.From),
            [.. group.Select(host => host.Plan)],
            "the way back",
            OwnComment.For(OwnComment.Back, $"{plan.DeployId} {plan.Reason}"),
            cancellationToken);
        await foreach (var step in steps.ConfigureAwait(false))
        {
            var host = byId[step.Host.Target.InstanceId];
            book.TellBack(host, Result(host, step));
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
