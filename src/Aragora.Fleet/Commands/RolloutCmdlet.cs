using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Locks;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Rollouts.Plans;

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

    /// <summary>Whether the user only wants to see the plan; as <see cref="AsyncCmdlet.IsWhatIf"/>, from any thread.</summary>
    private protected bool IsPreview { get; private set; }

    /// <summary>Why, as the ledgers of the hosts keep it: they tell a forced run from others.</summary>
    private protected string LedgerReason => Force ? $"{Reason} (forced)" : Reason ?? "";

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        base.OnBegin();
        IsPreview = IsWhatIf;
        if (Force && string.IsNullOrWhiteSpace(Reason))
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
        if (!await PrepareAsync(sink).ConfigureAwait(false))
        {
            return;
        }

        var services = Services(sink);

        // Until the user has agreed nothing has been touched, and Ctrl+C ends everything at once.
        using var planning = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, sink.StopRequested);
        var turn = new LockTurn(services, LockWait ?? DefaultLockWait, IsPreview, EarlierRun);
        await using var disposal = turn.ConfigureAwait(false);
        var plan = await PlanRunner.RunAsync(
            () => PlanAsync(services, turn, sink, planning.Token), ActionName, plan => Run(services, plan, turn, sink),
            () => turn.TidyAsync(sink, planning.Token), sink, cancellationToken).ConfigureAwait(false);
        if (!plan.HasWork)
        {
            await TellOfOthersAsync(services, plan, sink, planning.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Tells what of the input cannot be done, before anything is planned; whether something is left that can.</summary>
    private protected virtual Task<bool> PrepareAsync(PipelineSink sink) => Task.FromResult(true);

    /// <summary>The earlier run that is taken back; null for none.</summary>
    private protected virtual string? EarlierRun => null;

    // Where another has the lock, what a host has to go back to may be changing, and a missing point says nothing.
    private async Task<ChangePlan> PlanAsync(
        FleetServices services, LockTurn turn, PipelineSink sink, CancellationToken cancellationToken)
    {
        var plan = await GetPlanAsync(services, turn, cancellationToken).ConfigureAwait(false);
        var lacking = plan.Obstacles.Where(host => host.Obstacle!.Kind == FailureKind.NoRollbackPoint).ToList();
        if (lacking.Count == 0 || turn.HoldsLock)
        {
            return plan;
        }

        foreach (var other in await OthersAsync(services, plan, lacking, sink, cancellationToken).ConfigureAwait(false))
        {
            var failure = LockFailures.MayBringPoint(other, PlanObstacles.Refusal(plan)!);
            if (!IsPreview)
            {
                throw failure;
            }

            sink.Warning(failure.Message);
        }

        return plan;
    }

    // A run that changes nothing takes no lock, so what it says of the hosts may not hold for long where another has it.
    private async Task TellOfOthersAsync(
        FleetServices services, ChangePlan plan, PipelineSink sink, CancellationToken cancellationToken)
    {
        foreach (var other in await OthersAsync(services, plan, plan.Hosts, sink, cancellationToken).ConfigureAwait(false))
        {
            var failure = LockFailures.MayChange(other);
            if (IsPreview)
            {
                sink.Warning(failure.Message);
            }
            else
            {
                await sink.FailAsync(failure).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The locks that others have where these hosts are; none where that cannot be told.</summary>
    private static async Task<List<FleetLock>> OthersAsync(
        FleetServices services, ChangePlan plan, IReadOnlyList<HostPlan> hosts, PipelineSink sink, CancellationToken cancellationToken)
    {
        try
        {
            string[] regions = [.. hosts.Select(host => host.Target.Region)];
            var entries = await services.ListLocksAsync(plan.Environment, regions, cancellationToken).ConfigureAwait(false);
            return [.. entries.Where(entry => entry is { IsHeld: true, IsDead: false, IsMine: false })];
        }
        catch (FleetException e)
        {
            sink.Verbose($"Whether another run is under way is not known: {e.Message}");
            return [];
        }
    }

    /// <summary>So long another's fleet lock is waited for where nobody says how long.</summary>
    private protected virtual TimeSpan DefaultLockWait => TimeSpan.Zero;

    /// <summary>What this cmdlet asks before the run, beside what every run asks.</summary>
    private protected virtual IReadOnlyList<IDeployGate> OwnGates => [];

    /// <summary>"Deploy" or "Restore", for texts.</summary>
    private protected abstract string ActionName { get; }

    /// <summary>The plan to apply: made when its turn has come, for the hosts that are named. Changes nothing.</summary>
    private protected virtual Task<ChangePlan> GetPlanAsync(
        FleetServices services, LockTurn turn, CancellationToken cancellationToken) => turn.PlanAsync(
        token => ResolveAllAsync(services, token), (instances, token) => PlanAsync(services, instances, token), cancellationToken);

    /// <summary>Makes the plan; changes nothing.</summary>
    private protected abstract Task<ChangePlan> PlanAsync(
        FleetServices services, IReadOnlyList<Instance> instances, CancellationToken cancellationToken);

    private RunServices Run(FleetServices services, ChangePlan plan, LockTurn turn, PipelineSink sink) => services.Run(
        plan, sink.Notice, turn.GiveAsync, [.. OwnGates, .. (Gate ?? []).Select(script => new ScriptBlockGate(script, sink, SessionState))], Force);
}
