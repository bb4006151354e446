namespace Aragora.Fleet.Rollouts.History;

/// <summary>How one run stands on one host, by what that host has kept of it.</summary>
public sealed record HostRun
{
    /// <summary>The id of the run.</summary>
    public required string DeployId { get; init; }

    /// <summary>Deploy, Repair or Restore; null where the host did not keep it.</summary>
    public string? Kind { get; init; }

    /// <summary>When the run took the host, in UTC.</summary>
    public DateTimeOffset? When { get; init; }

    /// <summary>The commit that the host ran before the run.</summary>
    public string? From { get; init; }

    /// <summary>The commit that the run was to bring.</summary>
    public string? To { get; init; }

    /// <summary>How far it came.</summary>
    public required HostRunState State { get; init; }

    /// <summary>Its wave; null where it was in none, or the host did not keep it.</summary>
    public int? Wave { get; init; }

    /// <summary>Whether the run has a bake, an approval or gates to come after its steps, and was not accepted yet.</summary>
    public bool IsUnaccepted { get; init; }

    /// <summary>Whether the run changes a host of its waves also where that has the release already.</summary>
    internal bool MendsDrift => Kind == RunRecord.Repair;

    /// <summary>Whether a later run left the host where this one had found it, and it still is there.</summary>
    public bool IsReturned { get; init; }
}

/// <summary>How far a run came on one host.</summary>
public enum HostRunState
{
    /// <summary>Not established: the step was killed, or its outcome is one that this version does not know.</summary>
    Unknown,

    /// <summary>Not changed: its turn did not come, or it refused.</summary>
    NotStarted,

    /// <summary>A step of the run is under way on the host.</summary>
    Running,

    /// <summary>Reached the target; verified.</summary>
    Done,

    /// <summary>Is back where it was before the run, by the run itself or by a later one; verified.</summary>
    Back,

    /// <summary>Neither reached the target nor got back.</summary>
    Failed,
}
