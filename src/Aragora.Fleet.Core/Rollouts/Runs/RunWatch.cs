using Aragora.Fleet.Failures;
using Aragora.Fleet.Locks;
using Aragora.Fleet.Rollouts.Signals;

namespace Aragora.Fleet.Rollouts.Runs;

/// <summary>What can end a run from outside: Ctrl+C, another holder of the fleet lock, and what other shells say.</summary>
internal sealed class RunWatch(RunServices services, ChangePlan plan, IHeldLock held, CancellationToken stopRequested)
{
    /// <summary>Whether the user pressed Ctrl+C.</summary>
    public bool IsStopped => stopRequested.IsCancellationRequested;

    /// <summary>Whether the lock is known to be lost.</summary>
    public bool IsLockLost => held.Lost.IsCancellationRequested;

    /// <summary>Looks whether the run may go on.</summary>
    /// <returns>Its end; null where it may.</returns>
    public async Task<RunEnd?> LookAsync(CancellationToken cancellationToken)
    {
        if (IsStopped)
        {
            return RunEnd.Interrupted;
        }

        return await HoldsAsync(cancellationToken).ConfigureAwait(false)
            ?? Told(await SignalsAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Asks the service whether the lock is still held.</summary>
    /// <returns>The end of the run where that is not certain.</returns>
    public async Task<RunEnd?> HoldsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await held.EnsureHeldAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (FleetException e)
        {
            return new RunEnd(RunEndKind.LockLost, e);
        }
    }

    /// <summary>Waits, but not beyond Ctrl+C or the loss of the lock.</summary>
    public async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopRequested, held.Lost);
        try
        {
            await Task.Delay(pause, services.Time, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Whoever waits looks next, and finds out which of the two it was.
        }
    }

    /// <summary>What other shells said so far. What cannot be read was not said: the lock tells whether the service answers.</summary>
    public async Task<IReadOnlyList<DeploySignal>> SignalsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await services.Signals.ReadAsync(plan.DeployId, cancellationToken).ConfigureAwait(false);
        }
        catch (FleetException e)
        {
            services.Log.Verbose($"The signals for {plan.DeployId} could not be read: {e.Message}");
            return [];
        }
    }

    /// <summary>The end that a Stop or a Restore asks for; the newest counts.</summary>
    private RunEnd? Told(IReadOnlyList<DeploySignal> signals) =>
        signals.LastOrDefault(signal => signal.Kind is DeploySignalKind.Stop or DeploySignalKind.Restore) is { } signal
            ? new RunEnd(
                signal.Kind == DeploySignalKind.Stop ? RunEndKind.Leave : RunEndKind.TakeBack,
                new FleetException(
                    FailureKind.DeployStopped,
                    $"{signal.Who} stopped the run{(signal.Reason.Length > 0 ? $": {signal.Reason}" : "")}.",
                    $"Ask who stopped it. Resume-AragoraDeploy -DeployId {plan.DeployId} goes on, Restore-AragoraCommit -DeployId " +
                    $"{plan.DeployId} goes back.",
                    signal.Who))
            : null;
}
