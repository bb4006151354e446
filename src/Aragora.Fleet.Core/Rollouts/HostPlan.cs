using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Rollouts;

/// <summary>What a run will do to one host, and what its preflight saw there.</summary>
public sealed record HostPlan
{
    /// <summary>The host.</summary>
    public required HostTarget Target { get; init; }

    /// <summary>The commit that the preflight saw running, or on disk where the process does not say; null if neither.</summary>
    public string? From { get; init; }

    /// <summary>The commit to bring; null where the host is to go to its own rollback point.</summary>
    public string? To { get; init; }

    /// <summary>The host's health before the run.</summary>
    public Verdict Verdict { get; init; }

    /// <summary>Whether the host already runs what it shall, and well.</summary>
    public bool IsCurrent { get; init; }

    /// <summary>
    /// Whether an earlier attempt of this very run has brought the host to the target, verified: it is not touched again,
    /// but goes back with the others if the run fails.
    /// </summary>
    public bool IsDone { get; init; }

    /// <summary>What the user should know: local changes, a detached HEAD.</summary>
    public string? Note { get; init; }

    /// <summary>Why the host cannot be changed; null where it can.</summary>
    public FleetException? Obstacle { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Target.ToString();
}
