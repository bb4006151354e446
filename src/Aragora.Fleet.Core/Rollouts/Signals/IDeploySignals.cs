namespace Aragora.Fleet.Rollouts.Signals;

/// <summary>What other shells tell a run that is under way.</summary>
public interface IDeploySignals
{
    /// <summary>The signals for this run so far, oldest first; empty where nobody said anything, or nobody can.</summary>
    Task<IReadOnlyList<DeploySignal>> ReadAsync(string deployId, CancellationToken cancellationToken);

    /// <summary>Removes the signals for a run.</summary>
    /// <param name="deployId">The run.</param>
    /// <param name="keepApproval">Whether an approval stays.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    Task ClearAsync(string deployId, bool keepApproval, CancellationToken cancellationToken);
}

/// <summary>One signal.</summary>
/// <param name="Kind">What is wanted.</param>
/// <param name="Who">Who wants it.</param>
/// <param name="Reason">Why; empty where nothing was said.</param>
public sealed record DeploySignal(DeploySignalKind Kind, string Who, string Reason);

/// <summary>What a run can be told.</summary>
public enum DeploySignalKind
{
    /// <summary>Start no further host; leave what is done.</summary>
    Stop,

    /// <summary>Start no further host; take back what is done.</summary>
    Restore,

    /// <summary>Go on after the canary.</summary>
    Approve,

    /// <summary>Take the canary back.</summary>
    Deny,
}
