namespace Aragora.Fleet.Rollouts;

/// <summary>The end state of one host in a deploy or a restore: what was verified, and nothing else.</summary>
public sealed record DeployResult : IHostIdentity
{
    /// <inheritdoc/>
    public required string InstanceId { get; init; }

    /// <inheritdoc/>
    public required string Name { get; init; }

    /// <inheritdoc/>
    public required string Environment { get; init; }

    /// <inheritdoc/>
    public required string Region { get; init; }

    /// <summary>The id of the run.</summary>
    public required string DeployId { get; init; }

    /// <summary>The wave, from 1; null where the host was in none.</summary>
    public int? Wave { get; init; }

    /// <summary>How it ended.</summary>
    public required DeployOutcome Outcome { get; init; }

    /// <summary>The commit before the run.</summary>
    public string? From { get; init; }

    /// <summary>The commit that the run was to bring.</summary>
    public string? To { get; init; }

    /// <summary>The commit that was verified to run at the end; null where that could not be verified.</summary>
    public string? RunningCommit { get; init; }

    /// <summary>The phase that failed: lock, layout, moved, fetch, install, import, restart, ready, settle, verify, …</summary>
    public string? Phase { get; init; }

    /// <summary>Why it did not go as wanted; null where it did.</summary>
    public string? Reason { get; init; }

    /// <summary>How long the service took from restart to ready.</summary>
    public TimeSpan? ReadyTime { get; init; }

    /// <summary>How long the host's step took.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The name of the git stash that holds the local changes found; null where there were none.</summary>
    public string? Stash { get; init; }

    /// <summary>Whether files of another owner had to be given back to the service's user.</summary>
    public bool OwnershipRepaired { get; init; }

    /// <summary>What someone else deployed since this module's last line in the ledger, as <c>old..new</c>.</summary>
    public string? Foreign { get; init; }

    /// <summary>
    /// What nginx on the host answers where it does not pass on what the service says, and did not before the run either;
    /// null where it does, or does not run. Where it did before, the step fails.
    /// </summary>
    public string? Proxy { get; init; }

    /// <summary>What init_postgres_db.py said before the restart; null where it was not run. Shown, never judged.</summary>
    public string? InitDatabase { get; init; }

    /// <summary>What pip check said of the dependencies; null where it was not asked. Shown, never judged.</summary>
    public string? PipCheck { get; init; }

    /// <summary>What seed_agents.py and validate_production.py said. Shown, never judged.</summary>
    public string? Validation { get; init; }

    /// <summary>The SSM command of the host's last step.</summary>
    public string? CommandId { get; init; }
}

/// <summary>How a host ended in a run.</summary>
public enum DeployOutcome
{
    /// <summary>Not established. The host must be looked at.</summary>
    Unknown,

    /// <summary>Runs the wanted commit; verified.</summary>
    Deployed,

    /// <summary>Ran the wanted commit already; nothing was touched.</summary>
    AlreadyCurrent,

    /// <summary>The deploy failed there, by its step, its bake or a gate, and the host is back at the commit before; verified.</summary>
    Reverted,

    /// <summary>The run took the host back to the commit before, though nothing was wrong there; verified.</summary>
    Restored,

    /// <summary>Could not be brought to, or back to, a verified release.</summary>
    Failed,

    /// <summary>Refused by the host before anything was changed.</summary>
    Refused,

    /// <summary>The host was not reached; nothing was changed.</summary>
    NotReached,

    /// <summary>The run ended before the host's turn; nothing was changed.</summary>
    NotStarted,
}
