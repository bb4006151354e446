namespace Aragora.Fleet.Rollouts.History;

/// <summary>A release that one host can go back to: it ran well there, and does not run now.</summary>
/// <remarks>Source: the host's ledger, and the state file of the CI.</remarks>
public sealed record RollbackPoint : IHostIdentity
{
    /// <inheritdoc/>
    public required string InstanceId { get; init; }

    /// <inheritdoc/>
    public required string Name { get; init; }

    /// <inheritdoc/>
    public required string Environment { get; init; }

    /// <inheritdoc/>
    public required string Region { get; init; }

    /// <summary>The full commit id.</summary>
    public required string CommitSha { get; init; }

    /// <summary>When it last came to the host, in UTC; null where that is not known.</summary>
    public DateTimeOffset? When { get; init; }

    /// <summary>How it came, and so what is known of it.</summary>
    public required RollbackPointSource Source { get; init; }

    /// <summary>The run that brought it, or that found it; null where none did.</summary>
    public string? DeployId { get; init; }

    /// <summary>Whether the host still holds it, in its clone or as a whole set of packages; otherwise it has to be fetched.</summary>
    public required bool IsAvailable { get; init; }

    /// <summary>Whether Restore-AragoraCommit goes here by default: it ran before the one that runs now.</summary>
    public bool IsPrevious { get; init; }

    /// <summary>Whether Restore-AragoraCommit -LastGood goes here. None does where the running release is itself the last good one.</summary>
    public bool IsLastGood { get; init; }
}

/// <summary>How a release came to a host.</summary>
public enum RollbackPointSource
{
    /// <summary>In a way that this version does not know.</summary>
    Unknown,

    /// <summary>By a deploy of this module, verified.</summary>
    Deploy,

    /// <summary>By a restore of this module, verified.</summary>
    Restore,

    /// <summary>By someone else; the next deploy of this module found it.</summary>
    Foreign,

    /// <summary>It ran when this module first changed the host.</summary>
    Before,

    /// <summary>The state file of the CI names it. Nothing else is known of it.</summary>
    CI,
}
