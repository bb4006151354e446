namespace Aragora.Fleet.Versions;

/// <summary>What release a host holds on disk and what release it runs.</summary>
/// <remarks>Source: git in the service's checkout, the package in its venv, and /api/health/build of the running process.</remarks>
public sealed record HostVersion : IHostIdentity
{
    /// <inheritdoc/>
    public required string InstanceId { get; init; }

    /// <inheritdoc/>
    public required string Name { get; init; }

    /// <inheritdoc/>
    public required string Environment { get; init; }

    /// <inheritdoc/>
    public required string Region { get; init; }

    /// <summary>git (a checkout) or package (a distribution in a venv); null where the host did not say.</summary>
    public string? Mode { get; init; }

    /// <summary>The full commit id of the checkout; null for a package host, or where it is not known.</summary>
    public string? DiskCommit { get; init; }

    /// <summary>
    /// The full commit id that the running process loaded: the one on disk when it started, by the checkout's own record,
    /// or where there is none the one it names; null where the process does not answer.
    /// </summary>
    public string? RunningCommit { get; init; }

    /// <summary>
    /// The commit that the process names at /api/health/build. It comes from a drop-in, so a deploy that does not rewrite
    /// that leaves it stale; null where the process does not say.
    /// </summary>
    public string? NamedCommit { get; init; }

    /// <summary>The branch of the checkout; <c>detached</c> where there is none.</summary>
    public string? Branch { get; init; }

    /// <summary>When the commit on disk was made, in UTC.</summary>
    public DateTimeOffset? CommitDate { get; init; }

    /// <summary>The version of the installed package.</summary>
    public string? PackageVersion { get; init; }

    /// <summary>How many files of the checkout differ from the commit; null where it is not known.</summary>
    public int? DirtyFileCount { get; init; }

    /// <summary>Whether the checkout differs from its commit; null where it is not known.</summary>
    public bool? Dirty => DirtyFileCount is { } count ? count > 0 : null;

    /// <summary>The installed version of a package host; null where what is installed does not tell.</summary>
    internal string? DiskVersion { get; init; }

    /// <summary>The version that the process of a package host loaded; null where nothing tells.</summary>
    internal string? RunningVersion { get; init; }

    /// <summary>The commit or version on disk.</summary>
    internal string? Disk => DiskCommit ?? DiskVersion;

    /// <summary>The commit or version that the process loaded.</summary>
    internal string? Running => RunningCommit ?? RunningVersion;

    /// <summary>
    /// Whether the host differs from the reference, or runs something else than lies on its disk; null where that could
    /// not be established.
    /// </summary>
    public bool? Drifted { get; init; }

    /// <summary>Why it counts as drifted, or why it could not be established; null where it is not drifted.</summary>
    public string? DriftReason { get; init; }
}
