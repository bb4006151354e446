using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>
/// The base of deploy and restore: plans, asks once for the whole plan, and runs it to its end state whatever becomes of
/// the pipeline.
/// </summary>
public abstract class RolloutCmdlet : PlanningCmdlet
{
    /// <summary>
    /// Script blocks that are asked about each host that is done: they get its result so far as <c>$_</c> and first
    /// argument. <c>$false</c> or an exception vetoes the host.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public ScriptBlock[]? Gate { get; set; }

    /// <summary>So long the run waits for the fleet lock where another has it; not at all where it is left out.</summary>
    [Parameter]
    [ValidateWait]
    public TimeSpan? LockWait { get; set; }

    /// <summary>Goes on although commands of others are under way on the hosts; needs -Reason.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected sealed override bool RunsToEndState => true;

    /// <summary>Why, as the ledgers of the hosts keep it: they tell a forced run from others.</summary>
    private protected string LedgerReason => Force ? $"{Reason} (forced)" : Reason ?? "";

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        base.OnBegin();
        if (Force && Reason is null)
        {
            throw new FleetException(
                FailureKind.ReasonRequired,
                "-Force goes over commands of others, and nobody would know why.",
                "Give -Reason as well.",
                "Reason");
        }
    }

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

    private async Task RunPlanAsync(
        FleetServices services, ChangePlan plan, PipelineSink sink, CancellationToken cancellationToken)
    {
        IDeployGate[] gates = [.. (Gate ?? []).Select(script => new ScriptBlockGate(script, sink))];
        var run = new RolloutRun(services.Run(plan, sink.Notice, LockWait ?? TimeSpan.Zero, gates, Force), plan);
        var results = new List<DeployResult>();
        await foreach (var result in run.RunAsync(sink.StopRequested, cancellationToken).ConfigureAwait(false))
        {
            results.Add(result);
            await sink.EmitAsync(result).ConfigureAwait(false);
        }

        if (run.WasInterrupted)
        {
            TellInterrupted(sink, plan, results);
        }

        if (run.Failure is { } failure)
        {
            await sink.FailAsync(failure).ConfigureAwait(false);
        }
    }

    /// <summary>Tells what is left undone after Ctrl+C, and the lines that go on or go back.</summary>
    private static void TellInterrupted(PipelineSink sink, ChangePlan plan, IReadOnlyList<DeployResult> results)
    {
        var waiting = results.Count(r => r.Outcome == DeployOutcome.NotStarted);
        var changed = results.Count(r => r.Outcome is DeployOutcome.Deployed or DeployOutcome.Restored);
        sink.Notice($"Stopped: {changed} host(s) changed and verified, {waiting} not started.");
        foreach (var open in results.Where(r => r.Outcome is DeployOutcome.Failed or DeployOutcome.Unknown))
        {
            sink.Notice($"{open.Name} ({open.InstanceId}) is NOT verified: {open.Reason}");
        }

        sink.Notice($"To go on:   Resume-AragoraDeploy -DeployId {plan.DeployId}");
        sink.Notice($"To go back: Restore-AragoraCommit -DeployId {plan.DeployId}");
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
