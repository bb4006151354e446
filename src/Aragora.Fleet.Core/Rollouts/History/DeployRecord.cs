namespace Aragora.Fleet.Rollouts.History;

/// <summary>One run, a deploy or a restore, by what its hosts have kept of it. No machine's own memory is needed.</summary>
/// <remarks>Source: the record that each host keeps of the run that claimed it, the outcome of its last step, its ledger.</remarks>
public sealed record DeployRecord
{
    /// <summary>The id of the run.</summary>
    public required string DeployId { get; init; }

    /// <summary>Deploy, Repair or Restore; null where no host has kept it.</summary>
    public string? Kind { get; init; }

    /// <summary>The environment of its hosts.</summary>
    public required string Environment { get; init; }

    /// <summary>What was asked for, such as <c>v2.9.0 (09f0f4686)</c>; null where no host has kept it.</summary>
    public string? Wanted { get; init; }

    /// <summary>The full id of the commit that it was to bring; null where each host had one of its own.</summary>
    public string? Target { get; init; }

    /// <summary>Who began it, or resumed it last.</summary>
    public string? Who { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>When its first host was taken, in UTC.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>1 for a run that was never resumed; each resumption counts on.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>How it stands.</summary>
    public required DeployState State { get; init; }

    /// <summary>How it stands on each host that knows it, by name.</summary>
    public required IReadOnlyList<DeployRecordHost> Hosts { get; init; }

    /// <summary>
    /// The ids of the hosts that the run left out, since they could not be reached when it was planned or when it took its hosts:
    /// it did nothing there. Ten of them where there were more.
    /// </summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>How many hosts the run left out.</summary>
    public int LeftOutHostCount { get; init; }

    /// <summary>
    /// How many hosts of the run nothing is told of: those that it left out, and those that were not found: gone, not answering,
    /// in a region that was not looked in, or never taken by it.
    /// </summary>
    public int MissingHostCount { get; init; }

    /// <summary>The hosts by how the run left them, such as <c>3 Done, 1 NotStarted</c>, and apart what became of them since.</summary>
    public string Summary => string.Join(
        ", ",
        Hosts.GroupBy(host => (host.State, After(host.Since))).OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} {group.Key.State}{group.Key.Item2}")
            .Concat(LeftOutHostCount > 0 ? [$"{LeftOutHostCount} left out"] : [])
            .Concat(MissingHostCount > LeftOutHostCount ? [$"{MissingHostCount - LeftOutHostCount} missing"] : []));

    /// <summary>
    /// The command that goes on where the run stopped, or that brings its release to the hosts that it left out; a comment that
    /// says why where nothing goes on with it; null where nothing is left to do. While somebody is at it, a comment
    /// behind the command says from when on it works, if whoever that is has died.
    /// </summary>
    public string? Next { get; init; }

    /// <summary>The journal of the run on this machine; null where it ran on another.</summary>
    public string? JournalPath { get; init; }

    /// <inheritdoc/>
    public override string ToString() => DeployId;

    private static string After(HostSince since) => since switch
    {
        HostSince.TakenBack => " (taken back since)",
        HostSince.MovedOn => " (moved on since)",
        _ => "",
    };
}

/// <summary>How a run stands on one host.</summary>
public sealed record DeployRecordHost : IHostIdentity
{
    /// <inheritdoc/>
    public required string InstanceId { get; init; }

    /// <inheritdoc/>
    public required string Name { get; init; }

    /// <inheritdoc/>
    public required string Environment { get; init; }

    /// <inheritdoc/>
    public required string Region { get; init; }

    /// <summary>The commit that the host ran before the run.</summary>
    public string? From { get; init; }

    /// <summary>The commit that the run was to bring.</summary>
    public string? To { get; init; }

    /// <summary>How the run left the host, whatever later runs made of it.</summary>
    public required HostRunState State { get; init; }

    /// <summary>What became of the host since.</summary>
    public HostSince Since { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {State}";
}

/// <summary>What became of a host after a run left it.</summary>
public enum HostSince
{
    /// <summary>Not established: the host does not tell what it runs, and what lies on its disk is no proof.</summary>
    Unknown,

    /// <summary>It runs what the run left there.</summary>
    AsLeft,

    /// <summary>A later run took it back to where this one had found it, and it still is there; verified.</summary>
    TakenBack,

    /// <summary>It runs something else, or has something else on disk where it does not tell what it runs.</summary>
    MovedOn,
}

/// <summary>How a run stands as a whole.</summary>
public enum DeployState
{
    /// <summary>Not established.</summary>
    Unknown,

    /// <summary>It took its hosts and changed none.</summary>
    NotStarted,

    /// <summary>A living fleet lock carries it.</summary>
    Running,

    /// <summary>It runs, has hosts done, and goes on only when somebody approves of them; it may still watch them.</summary>
    AwaitingApproval,

    /// <summary>
    /// It ended, or was ended, with hosts at the target and others not, with hosts that are neither there nor back, or before
    /// the bake, the gates and the approval of its last wave were over.
    /// </summary>
    Incomplete,

    /// <summary>Every host was verified at the target, and the run accepted where it had more to see than that.</summary>
    Completed,

    /// <summary>Every host that it touched is verified back, by the run itself or by a later one.</summary>
    Reverted,
}
