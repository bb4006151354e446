using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts.Gates;

namespace Aragora.Fleet.Rollouts.Runs;

/// <summary>A host that the run has changed, or an earlier attempt of the run.</summary>
/// <param name="Plan">The host and its plan.</param>
/// <param name="Wave">Its wave; 0 where an earlier attempt changed it.</param>
/// <param name="Step">How its step ended; null where an earlier attempt changed it.</param>
internal sealed record TouchedHost(HostPlan Plan, int Wave, HostStep? Step)
{
    /// <summary>What was found after its step; null where nothing was.</summary>
    public HostFault? Fault { get; init; }

    /// <summary>The instance id.</summary>
    public string Id => Plan.Target.InstanceId;

    /// <summary>Whether the host is at the target, verified, as far as the run has looked.</summary>
    public bool IsWell => Fault is null && Step is not { Succeeded: false };

    /// <summary>What the host is expected to run when it goes back; null where nobody knows.</summary>
    public string? Holds => Step is { IsOpen: true } ? null : Plan.To;

    /// <summary>
    /// Why it goes back, as its ledger keeps it: <c>own</c> where the release failed on it, <c>run</c> where it goes for
    /// another's sake. A veto judges the run, and a step that has no end that anyone knows of says nothing of the release.
    /// </summary>
    public string BackCause =>
        Fault is { Kind: not FailureKind.GateVetoed } || Step is { Outcome: "failed" or "revert-failed" } ? "own" : "run";

    /// <summary>The phase in which it failed.</summary>
    public string? FailedPhase => Fault?.Phase ?? Step?.Block?.Text("phase");

    /// <summary>Why it failed.</summary>
    public string? FailedReason => Fault?.Reason ?? Step?.Block?.Text("reason") ?? Step?.Failure?.Message;
}
