using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Rollouts.Runs;

/// <summary>A host that did not get to the target, as the error at the end of the run tells it.</summary>
/// <param name="Host">The host.</param>
/// <param name="Headline">Why, in one line without a full stop.</param>
/// <param name="Kind">Which of the closed set it is, where it is a kind of its own.</param>
internal sealed record HostFailure(HostPlan Host, string Headline, FailureKind? Kind = null)
{
    /// <summary>Whether the host is known to be as it was.</summary>
    public bool Untouched { get; init; }

    /// <summary>Whether its step has no end that anyone knows of, such as after a reboot: it says nothing of the release.</summary>
    public bool WasCutShort { get; init; }
}
