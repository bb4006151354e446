namespace Aragora.Fleet.Rollouts.Gates;

/// <summary>What a gate is asked about.</summary>
public sealed record GateContext
{
    /// <summary>The plan of the run.</summary>
    public required ChangePlan Plan { get; init; }

    /// <summary>When in the run it is asked.</summary>
    public required GateMoment Moment { get; init; }

    /// <summary>The wave, from 1; 0 before the run, and for the hosts that an earlier attempt has done.</summary>
    public required int Wave { get; init; }

    /// <summary>
    /// The hosts in question: all that the run will change, those of the wave that is about to begin, or those of the
    /// wave that are done and well.
    /// </summary>
    public required IReadOnlyList<HostPlan> Hosts { get; init; }

    /// <summary>After a wave what is known of these hosts so far, in the same order; empty at the other moments.</summary>
    public IReadOnlyList<DeployResult> Results { get; init; } = [];
}

/// <summary>When in a run a gate is asked.</summary>
public enum GateMoment
{
    /// <summary>Under the fleet lock, before the first host is asked for anything.</summary>
    BeforeRun,

    /// <summary>Before the hosts of a wave are touched.</summary>
    BeforeWave,

    /// <summary>After the hosts of a wave are done, and their bake is over.</summary>
    AfterWave,
}
