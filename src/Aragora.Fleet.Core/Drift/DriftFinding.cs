namespace Aragora.Fleet.Drift;

/// <summary>One layer in which one host is not as it should be, or in which that could not be established.</summary>
/// <remarks>It holds names of files, settings and packages, and versions; never the value of a setting.</remarks>
public sealed record DriftFinding : IHostIdentity
{
    /// <inheritdoc/>
    public required string InstanceId { get; init; }

    /// <inheritdoc/>
    public required string Name { get; init; }

    /// <inheritdoc/>
    public required string Environment { get; init; }

    /// <inheritdoc/>
    public required string Region { get; init; }

    /// <summary>The layer.</summary>
    public required DriftKind Kind { get; init; }

    /// <summary>Whether the host differs, or whether that is not known.</summary>
    public required DriftStatus Status { get; init; }

    /// <summary>What the host should have; null where that is not known.</summary>
    public string? Expected { get; init; }

    /// <summary>What it has; null where that is not known.</summary>
    public string? Actual { get; init; }

    /// <summary>What it is compared with, such as v2.9.0, the name of a host, or majority of 4; null where with itself alone.</summary>
    public string? Reference { get; init; }

    /// <summary>What is wrong, in one sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>Since when, in UTC: when the release came, or when the newest of the files was written; null where not known.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Who brought the release that lies there, by the host's ledger; null where that does not tell.</summary>
    public string? By { get; init; }

    /// <summary>The run that brought it; null as <see cref="By"/>.</summary>
    public string? DeployId { get; init; }

    /// <summary>What mends it.</summary>
    public required DriftRepair Repair { get; init; }

    /// <summary>The commit or version that the host should have, in full; null where there is none to go by.</summary>
    public string? WantedRelease { get; init; }

    /// <summary>The commit or version on the host's disk when it was tested, in full; null where that was not known.</summary>
    public string? DiskRelease { get; init; }

    /// <summary>Hosts that had <see cref="WantedRelease"/> when it was tested: the one that was named, or up to fifty others.</summary>
    /// <remarks>An array, since the engine makes one of an exported finding, where it cannot make an interface.</remarks>
    public string[] ReferenceInstanceId { get; init; } = [];
}

/// <summary>Whether a host differs.</summary>
public enum DriftStatus
{
    /// <summary>It differs.</summary>
    Drifted,

    /// <summary>Whether it differs could not be established.</summary>
    Unknown,
}

/// <summary>What mends a finding.</summary>
public enum DriftRepair
{
    /// <summary>A deploy of the release that the host should have.</summary>
    Deploy,

    /// <summary>A person: no deploy writes these files.</summary>
    ByHand,
}
