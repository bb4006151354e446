namespace Aragora.Fleet.Rollouts.Plans;

/// <summary>
/// Whether a plan was applied. Copies of a plan share it: the steps of a run carry the plan's id, and a host never runs
/// the step of one id twice.
/// </summary>
internal sealed class PlanUse
{
    private int _begun;

    public bool HasBegun => Volatile.Read(ref _begun) != 0;

    /// <summary>Takes the plan for a run.</summary>
    /// <returns>False where a run has it already.</returns>
    public bool TryBegin() => Interlocked.Exchange(ref _begun, 1) == 0;
}
