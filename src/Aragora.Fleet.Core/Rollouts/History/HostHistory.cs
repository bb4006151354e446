using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Rollouts.History;

/// <summary>What one host tells of its past.</summary>
public sealed record HostHistory
{
    /// <summary>The host.</summary>
    public required HostTarget Target { get; init; }

    /// <summary>Why it told nothing; null where it did.</summary>
    public FleetException? Failure { get; init; }

    /// <summary>The commit that runs; null where the service does not answer.</summary>
    public string? Running { get; init; }

    /// <summary>The commit on disk.</summary>
    public string? Disk { get; init; }

    /// <summary>What ran before the one that runs now, and ran well; null where there is none.</summary>
    public string? Previous { get; init; }

    /// <summary>The release that came last and stayed, be it the one that runs; null where there is none.</summary>
    public string? LastGood { get; init; }

    /// <summary>Why the state file of CI was not believed; null where it was, or where there is none.</summary>
    public string? StateFileDoubt { get; init; }

    /// <summary>When the first line of its ledger was written, in UTC; null where it has none.</summary>
    public DateTimeOffset? LedgerBegins { get; init; }

    /// <summary>What ran at the time that was asked for; null where none was, or where that is not certain.</summary>
    public RollbackPoint? At { get; init; }

    /// <summary>What ran at the time that was asked for and has failed on the host since; null where it has not.</summary>
    public string? FailedSince { get; init; }

    /// <summary>
    /// What ran at the time that was asked for, if its own run alone ever brought it and took it back for the sake of other hosts;
    /// null where that is not so.
    /// </summary>
    public string? UndoneSince { get; init; }

    /// <summary>
    /// Of the releases that were named, and of what the run that was asked for had found, those that failed here when they came
    /// last, each with the run in which it did.
    /// </summary>
    public IReadOnlyDictionary<string, string> Failed { get; init; } = new Dictionary<string, string>();

    /// <summary>The releases to go back to, the one that came last first.</summary>
    public IReadOnlyList<RollbackPoint> Points { get; init; } = [];

    /// <summary>The runs that had this host, newest first; where one was asked for, that one.</summary>
    public IReadOnlyList<HostRun> Runs { get; init; } = [];

    /// <summary>What the run that was asked for left on the host; empty where it left nothing.</summary>
    public IReadOnlyDictionary<string, string> Record { get; init; } = new Dictionary<string, string>();

    /// <summary>The phase in which the last step of the run that was asked for ended here.</summary>
    public string? StepPhase { get; init; }

    /// <summary>Why the last step of the run that was asked for ended as it did.</summary>
    public string? StepReason { get; init; }

    /// <summary>What hosts tell that cannot be asked, since Systems Manager does not know them.</summary>
    internal static IEnumerable<HostHistory> OfUnmanaged(IReadOnlyList<Instance> instances) =>
        instances.Where(instance => instance.Ping == PingStatus.NotManaged).Select(instance => new HostHistory
        {
            Target = HostTarget.From(instance),
            Failure = TargetResolver.NotManaged(instance),
        });
}
