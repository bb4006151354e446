using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Rollouts;

/// <summary>How one host's step ended.</summary>
/// <param name="Host">The host and its plan.</param>
/// <param name="Outcome">The host's own word: deployed, current, reverted, restored, failed, …; "unknown" where none came.</param>
/// <param name="Block">The host's result; null where none came.</param>
/// <param name="Failure">Why none came.</param>
/// <param name="Reply">The last invocation.</param>
internal sealed record HostStep(
    HostPlan Host, string Outcome, ResultBlock? Block, FleetException? Failure, HostReply Reply)
{
    /// <summary>Whether the host said that it runs what it was told to.</summary>
    public bool Succeeded => Outcome is "deployed" or "restored" or "current";

    /// <summary>Whether the host ran what it was to run before the run began, so that nothing of it is the run's doing.</summary>
    public bool HadNothingToDo => Outcome == "current" && Host.From == Host.To;

    /// <summary>Whether nothing of how the host is now is the run's doing.</summary>
    public bool Untouched =>
        Outcome == "moved" || (!Host.WasMoved && Outcome is ("refused" or "locked" or "fenced" or "not-reached"));

    /// <summary>Whether the host is neither as wanted nor as before, as far as anyone knows.</summary>
    public bool IsOpen => !Succeeded && !Untouched && Outcome != "reverted";
}
