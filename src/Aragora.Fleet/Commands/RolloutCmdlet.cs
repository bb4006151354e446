using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>
/// The base of deploy and restore: plans, asks once for the whole plan, and runs it to its end state whatever becomes of
/// the pipeline.
/// </summary>
public abstract class RolloutCmdlet : PlanningCmdlet
{
    /// <inheritdoc/>
    protected sealed override bool RunsToEndState => true;

    private protected sealed override async Task RunAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        var services = Services(sink);

        // Until the user has agreed nothing has been touched, and Ctrl+C ends everything at once.
        using var planning = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, sink.StopRequested);
        var instances = await ResolveAllAsync(services, planning.Token).ConfigureAwait(false);
        var plan = await PlanAsync(services, instances, planning.Token).ConfigureAwait(false);
        Refuse(plan);
        var text = plan.ToString();
        sink.Verbose(text);
        if (plan.Waves.Count > 0 &&
            !await sink.ConfirmPlanAsync(text, $"{ActionName} {plan.Wanted}", plan.Wanted).ConfigureAwait(false))
        {
            return;
        }

        await RunPlanAsync(services, plan, sink, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>"Deploy" or "Restore", for texts.</summary>
    private protected abstract string ActionName { get; }

    /// <summary>Makes the plan; changes nothing.</summary>
    private protected abstract Task<ChangePlan> PlanAsync(
        FleetServices services, IReadOnlyList<Instance> instances, CancellationToken cancellationToken);

    /// <summary>Applies the plan.</summary>
    private protected abstract Task RunPlanAsync(
        FleetServices services, ChangePlan plan, PipelineSink sink, CancellationToken cancellationToken);

    /// <summary>Tells what is left undone after Ctrl+C, and the lines that go on or go back.</summary>
    private protected static void TellInterrupted(PipelineSink sink, IReadOnlyList<DeployResult> results, string resume)
    {
        static string Ids(IEnumerable<DeployResult> hosts) => string.Join(",", hosts.Select(host => host.InstanceId));

        var waiting = results.Where(r => r.Outcome == DeployOutcome.NotStarted).ToList();
        var changed = results.Where(r => r.Outcome is DeployOutcome.Deployed or DeployOutcome.Restored).ToList();
        sink.Notice($"Stopped: {changed.Count} host(s) changed and verified, {waiting.Count} not started.");
        foreach (var open in results.Where(r => r.Outcome is DeployOutcome.Failed or DeployOutcome.Unknown))
        {
            sink.Notice($"{open.Name} ({open.InstanceId}) is NOT verified: {open.Reason}");
        }

        if (waiting.Count > 0)
        {
            sink.Notice($"To go on:   {resume} -InstanceId {Ids(waiting)}");
        }

        foreach (var release in changed.Where(r => r.From is not null).GroupBy(r => r.From))
        {
            sink.Notice($"To go back: Restore-AragoraCommit -CommitSha {release.Key} -InstanceId {Ids(release)}");
        }
    }

    private static void Refuse(ChangePlan plan)
    {
        var obstacles = plan.Obstacles.Select(host => host.Obstacle!).ToList();
        if (obstacles.Count > 0)
        {
            throw obstacles.Count == 1 ? obstacles[0] : new FleetException(
                obstacles[0].Kind,
                $"{obstacles.Count} hosts stand in the way, so nothing was begun: " +
                string.Join(" ", obstacles.Select(obstacle => obstacle.Message)),
                obstacles[0].Action,
                obstacles.ConvertAll(obstacle => obstacle.FailureTarget));
        }
    }
}
