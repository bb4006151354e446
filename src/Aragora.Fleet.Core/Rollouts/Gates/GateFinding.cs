using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Rollouts.Gates;

/// <summary>What a gate found: nothing, a reason to start no further host, or hosts that it fails.</summary>
public sealed record GateFinding
{
    private GateFinding()
    {
    }

    /// <summary>Nothing stands in the way.</summary>
    public static GateFinding Passed { get; } = new();

    /// <summary>Why no further host may be started; null where one may.</summary>
    public FleetException? Refusal { get; private init; }

    /// <summary>The hosts that count as failed from now on.</summary>
    public IReadOnlyList<HostFault> Faults { get; private init; } = [];

    /// <summary>The run starts no further host; what is done stays or goes back as the plan says.</summary>
    public static GateFinding Refuse(FleetException why) => new() { Refusal = why };

    /// <summary>These hosts failed after they were done; each goes back.</summary>
    public static GateFinding Fail(IReadOnlyList<HostFault> faults) => new() { Faults = faults };
}

/// <summary>Why a host that was done counts as failed.</summary>
/// <param name="Host">The host.</param>
/// <param name="Kind">BakeFailed, GateVetoed, or a gate's own.</param>
/// <param name="Phase">What found it, for the host's result: <c>bake</c>, <c>gate</c>.</param>
/// <param name="Reason">What was found, in one line.</param>
public sealed record HostFault(HostTarget Host, FailureKind Kind, string Phase, string Reason);
