using System.Globalization;

namespace Aragora.Fleet.Rollouts;

/// <summary>What the hosts of a restore shall go back to.</summary>
public sealed record RestoreAim
{
    private RestoreAim(RestoreAimKind kind) => Kind = kind;

    /// <summary>What each host ran before the release that it runs now.</summary>
    public static RestoreAim Previous { get; } = new(RestoreAimKind.Previous);

    /// <summary>The release that came last to each host and stayed.</summary>
    public static RestoreAim LastGood { get; } = new(RestoreAimKind.LastGood);

    /// <summary>Which of them.</summary>
    internal RestoreAimKind Kind { get; }

    /// <summary>The releases that were named, by instance id.</summary>
    internal IReadOnlyDictionary<string, string> ReleasesByHost { get; private init; } = new Dictionary<string, string>();

    /// <summary>The commit that was named for all hosts with a checkout; null where none was.</summary>
    internal string? NamedCommit { get; private init; }

    /// <summary>The version that was named for all package hosts; null where none was.</summary>
    internal string? NamedVersion { get; private init; }

    /// <summary>Everything that was named, each once.</summary>
    internal IReadOnlyCollection<string> Named =>
        [.. ReleasesByHost.Values.Append(NamedCommit).Append(NamedVersion).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>The run whose hosts go back to where they were before it.</summary>
    internal string? DeployId { get; private init; }

    /// <summary>The time whose releases the hosts go back to.</summary>
    internal DateTimeOffset? Time { get; private init; }

    /// <summary>
    /// One release for all hosts: a commit of 7 to 40 digits, a version, or both for a fleet of both; already checked.
    /// </summary>
    public static RestoreAim Release(string? commit, string? version) =>
        new(RestoreAimKind.Release) { NamedCommit = commit, NamedVersion = version };

    /// <summary>
    /// A release for each host that has one here, and one version for all package hosts where it is given; the others go to
    /// what they ran before.
    /// </summary>
    public static RestoreAim ReleaseOf(IReadOnlyDictionary<string, string> releasesByHost, string? version) =>
        new(RestoreAimKind.ReleaseByHost) { ReleasesByHost = releasesByHost, NamedVersion = version };

    /// <summary>Each host that a run touched, back to what that run found there.</summary>
    public static RestoreAim Run(string deployId) => new(RestoreAimKind.Run) { DeployId = deployId };

    /// <summary>What ran on each host at a time.</summary>
    public static RestoreAim At(DateTimeOffset time) => new(RestoreAimKind.Time) { Time = time };

    /// <summary>As parameters of Restore-AragoraCommit, with a space before each; null where each host came with a release.</summary>
    internal string? Parameter => Kind switch
    {
        RestoreAimKind.LastGood => " -LastGood",
        RestoreAimKind.Release => (NamedCommit is null ? "" : $" -CommitSha {NamedCommit}") + (NamedVersion is null ? "" : $" -PackageVersion {NamedVersion}"),
        RestoreAimKind.ReleaseByHost => null,
        RestoreAimKind.Run => $" -DeployId {DeployId}",
        RestoreAimKind.Time => string.Create(CultureInfo.InvariantCulture, $" -Before '{Time:O}'"),
        _ => "",
    };

    /// <summary>As people read it.</summary>
    public override string ToString() => Kind switch
    {
        RestoreAimKind.LastGood => "the last good release",
        RestoreAimKind.Release => string.Join(
            " and ", new[] { NamedCommit, NamedVersion is null ? null : $"aragora {NamedVersion}" }.OfType<string>()),
        RestoreAimKind.ReleaseByHost when NamedVersion is null && ReleasesByHost.Values.Distinct(StringComparer.Ordinal).ToList() is [var one] => one,
        RestoreAimKind.ReleaseByHost => "the releases named",
        RestoreAimKind.Run => $"what ran before {DeployId}",
        RestoreAimKind.Time => string.Create(CultureInfo.InvariantCulture, $"what ran at {Time:u}"),
        _ => "what ran before",
    };
}

/// <summary>The ways to name what hosts go back to.</summary>
internal enum RestoreAimKind
{
    Previous,
    LastGood,
    Release,
    ReleaseByHost,
    Run,
    Time,
}
