using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Rollouts.Runs;

/// <summary>Why a run starts no further host.</summary>
/// <param name="Kind">What follows from it.</param>
/// <param name="Cause">What ended it, where no host failed over it.</param>
internal sealed record RunEnd(RunEndKind Kind, FleetException? Cause = null)
{
    public static RunEnd Complete { get; } = new(RunEndKind.Complete);

    public static RunEnd Interrupted { get; } = new(RunEndKind.Interrupted);

    public static RunEnd BeyondBudget { get; } = new(RunEndKind.Failed);

    /// <summary>Whether everything that the run touched goes back.</summary>
    public bool GoesBack(FailureAction onFailure) =>
        Kind == RunEndKind.TakeBack || (Kind == RunEndKind.Failed && onFailure == FailureAction.Restore);

    /// <summary>Whether even the hosts that failed stay as they are.</summary>
    public bool SparesTheFailed => Kind is RunEndKind.LockLost or RunEndKind.Interrupted;
}

/// <summary>What follows from the end of a run.</summary>
internal enum RunEndKind
{
    /// <summary>Every wave was done.</summary>
    Complete,

    /// <summary>Too much went wrong, or a gate refused: what is done stays or goes back as the plan says.</summary>
    Failed,

    /// <summary>Everything goes back, whatever the plan says of failures.</summary>
    TakeBack,

    /// <summary>What is done stays; hosts that failed go back.</summary>
    Leave,

    /// <summary>Another owns the fleet: nothing is touched any more.</summary>
    LockLost,

    /// <summary>Ctrl+C: nothing is touched any more.</summary>
    Interrupted,
}
