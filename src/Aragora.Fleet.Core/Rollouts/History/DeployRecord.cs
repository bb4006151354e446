namespace Aragora.Fleet.Rollouts.History;

/// <summary>One run, a deploy or a restore, by what its hosts have kept of it. No machine's own memory is needed.</summary>
/// <remarks>Source: the record that each host keeps of the run that claimed it, the outcome of its last step, its ledger.</remarks>
public sealed record DeployRecord
{
    /// <summary>The id of the run.</summary>
    public required string DeployId { get; init; }

    /// <summary>Deploy or Restore; null where no host has kept it.</summary>
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

    /// <summary>How many hosts of the run were not found: gone, not answering, or in a region that was not looked in.</summary>
    public int MissingHostCount { get; init; }

    /// <summary>The hosts by how it stands there, such as <c>3 Done, 1 NotStarted</c>.</summary>
    public string Summary => string.Join(
        ", ",
        Hosts.GroupBy(host => host.State).OrderBy(group => group.Key).Select(group => $"{group.Count()} {group.Key}")
            .Concat(MissingHostCount > 0 ? [$"{MissingHostCount} missing"] : []));

    /// <summary>
    /// The command that goes on where the run stopped; null where nothing is left to do, or a host has moved on since. While somebody does it, a comment
    /// behind the command says from when on it works, if whoever that is has died.
    /// </summary>
    public string? Next { get; init; }

    /// <summary>The journal of the run on this machine; null where it ran on another.</summary>
    public string? JournalPath { get; init; }

    /// <inheritdoc/>
    public override string ToString() => DeployId;
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

    /// <summary>How far the run came here.</summary>
    public required HostRunState State { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {State}";
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

    /// <summary>It runs, has done its first wave and asks for approval of it; it may still watch that wave.</summary>
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
