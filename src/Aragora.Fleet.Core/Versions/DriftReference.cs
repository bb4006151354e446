using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.Versions;

/// <summary>
/// What the hosts are compared with: a commit that was given, or the one that more than half of all hosts hold. As soon
/// as one has that majority, the answers still to come cannot change it.
/// </summary>
/// <param name="hostCount">How many hosts were asked.</param>
/// <param name="given">The commit to compare with; null for the majority.</param>
internal sealed class DriftReference(int hostCount, string? given)
{
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>The commit to compare with; null while, or because, there is none.</summary>
    public string? Commit { get; private set; } = given;

    /// <summary>How many different releases were seen.</summary>
    public int ReleaseCount => _counts.Count;

    public void Count(HostVersion version)
    {
        if (version.DiskCommit is not { } commit)
        {
            return;
        }

        var count = _counts[commit] = _counts.GetValueOrDefault(commit) + 1;
        if (Commit is null && count * 2 > hostCount)
        {
            Commit = commit;
        }
    }

    /// <summary>All hosts have answered: where some could not be asked, the majority of those that could counts.</summary>
    public void Close()
    {
        if (Commit is null && _counts.Count > 0)
        {
            var (commit, count) = _counts.MaxBy(pair => pair.Value);
            Commit = count * 2 > _counts.Values.Sum() ? commit : null;
        }
    }

    public HostVersion Judge(HostVersion version)
    {
        var (drifted, reason) = version switch
        {
            { DiskCommit: null, Mode: "package" } => ((bool?)null, version.DriftReason ?? "Runs from a package; Test-AragoraDrift compares versions."),
            { DiskCommit: null } => (null, version.DriftReason ?? "The commit on disk is not known."),
            { DiskCommit: var disk } when Commit is { } wanted && !disk.StartsWith(wanted, StringComparison.Ordinal) =>
                (true, $"Holds {CommitId.Abbreviate(disk)}, not {CommitId.Abbreviate(wanted)}."),
            { RunningCommit: { } running, DiskCommit: var disk } when running != disk =>
                (true, $"Runs {CommitId.Abbreviate(running)}, but {CommitId.Abbreviate(disk)} lies on disk."),
            { NamedCommit: { } named, RunningCommit: { } running } when named != running => (
                true,
                $"Says that it runs {CommitId.Abbreviate(named)}, but loaded {CommitId.Abbreviate(running)}: ARAGORA_BUILD_SHA is stale."),
            _ when Commit is null => (true, $"The fleet holds {ReleaseCount} releases and none has the majority."),
            { RunningCommit: null } => ((bool?)null, "The running commit is not known."),
            _ => (false, null),
        };
        return version with { Drifted = drifted, DriftReason = reason };
    }
}
