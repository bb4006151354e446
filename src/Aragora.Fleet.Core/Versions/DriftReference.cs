using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.Versions;

/// <summary>
/// What hosts of one layout are compared with: a release that was given, or the one that more than half of them hold. As soon
/// as one has the majority of all hosts, the answers still to come cannot change it.
/// </summary>
/// <param name="hostCount">How many hosts were asked.</param>
/// <param name="given">The release to compare with; null for the majority.</param>
internal sealed class DriftReference(int hostCount, string? given)
{
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>The release to compare with; null while, or because, there is none.</summary>
    public string? Release { get; private set; } = given;

    /// <summary>How many different releases were seen.</summary>
    public int ReleaseCount => _counts.Count;

    public void Count(HostVersion version)
    {
        if (version.Disk is not { } release)
        {
            return;
        }

        var count = _counts[release] = _counts.GetValueOrDefault(release) + 1;
        if (Release is null && count * 2 > hostCount)
        {
            Release = release;
        }
    }

    /// <summary>All hosts have answered: where some could not be asked, the majority of those that could counts.</summary>
    public void Close()
    {
        if (Release is null && _counts.Count > 0)
        {
            var (release, count) = _counts.MaxBy(pair => pair.Value);
            Release = count * 2 > _counts.Values.Sum() ? release : null;
        }
    }

    public HostVersion Judge(HostVersion version)
    {
        var (drifted, reason) = version switch
        {
            { Disk: null } => ((bool?)null, version.DriftReason ?? "The release on disk is not known."),
            { Disk: var disk } when Release is { } wanted && !IsOf(disk, wanted) =>
                (true, $"Holds {CommitId.Abbreviate(disk)}, not {CommitId.Abbreviate(wanted)}."),
            { Running: { } running, Disk: var disk } when running != disk =>
                (true, $"Runs {CommitId.Abbreviate(running)}, but {CommitId.Abbreviate(disk)} lies on disk."),
            { NamedCommit: { } named, RunningCommit: { } running } when named != running => (
                true,
                $"Says that it runs {CommitId.Abbreviate(named)}, but loaded {CommitId.Abbreviate(running)}: ARAGORA_BUILD_SHA is stale."),
            _ when Release is null => (true, $"The fleet holds {ReleaseCount} releases and none has the majority."),
            { Running: null } => (null, "The running release is not known."),
            _ => (false, null),
        };
        return version with { Drifted = drifted, DriftReason = reason };
    }

    // A commit may be given by its beginning; 2.8.0 is no beginning of 2.8.0+site.1.
    private static bool IsOf(string disk, string wanted) =>
        CommitId.IsFull(disk) ? disk.StartsWith(wanted, StringComparison.Ordinal) : disk == wanted;
}
