using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts.Plans;

namespace Aragora.Fleet.Rollouts;

/// <summary>What a run will do to one host, and what its preflight saw there.</summary>
public sealed record HostPlan : IHostIdentity
{
    /// <summary>The host.</summary>
    public required HostTarget Target { get; init; }

    /// <inheritdoc/>
    public string InstanceId => Target.InstanceId;

    /// <inheritdoc/>
    public string Name => Target.Name;

    /// <inheritdoc/>
    public string Environment => Target.Environment;

    /// <inheritdoc/>
    public string Region => Target.Region;

    /// <summary>The wave, from 1; null where the host is in none.</summary>
    public int? Wave { get; init; }

    /// <summary>What the service runs from there.</summary>
    public HostLayout Layout { get; init; }

    /// <summary>
    /// The release that the preflight saw running, a commit or a version, or the one on disk where the process does not say;
    /// null if neither.
    /// </summary>
    public string? From { get; init; }

    /// <summary>The release to bring; null where the host is to go to its own rollback point.</summary>
    public string? To { get; init; }

    /// <summary>The release that the preflight saw on disk; null where the host could not tell.</summary>
    public string? Disk { get; init; }

    /// <summary>The host's health before the run.</summary>
    public Verdict Verdict { get; init; }

    /// <summary>What lies between <see cref="From"/> and <see cref="To"/>; null where that could not be established.</summary>
    public CommitChanges? Changes { get; init; }

    /// <summary>Whether the host already runs what it shall, and well.</summary>
    public bool IsCurrent { get; init; }

    /// <summary>
    /// Whether an earlier attempt of this very run has brought the host to the target, verified: it is not touched again,
    /// but goes back with the others if the run fails.
    /// </summary>
    public bool IsDone { get; init; }

    /// <summary>
    /// Whether it is done and that attempt ended before the run was accepted: it is watched, asked about and approved before
    /// the run goes on.
    /// </summary>
    public bool AwaitsAcceptance { get; init; }

    /// <summary>
    /// Whether an earlier attempt of this very run has left the host elsewhere than it found it, or has not established that it
    /// did not: a step that refuses leaves it so.
    /// </summary>
    public bool WasMoved { get; init; }

    /// <summary>What the user should know: local changes, a watchdog, commands of others under way.</summary>
    public IReadOnlyList<PlanWarning> Warnings { get; init; } = [];

    /// <summary>Why the host cannot be changed; null where it can.</summary>
    public FleetException? Obstacle { get; init; }

    /// <summary>Whether the host could not be asked at all, so that nothing is known of it.</summary>
    public bool IsUnreachable => Obstacle?.Kind is FailureKind.Undeliverable or FailureKind.DeliveryTimedOut
        or FailureKind.InstanceNotManaged or FailureKind.WaitTimedOut;

    /// <summary>How long the host's own step will take, by the median of its last ones; null where there were none.</summary>
    public TimeSpan? ExpectedDuration { get; init; }

    /// <summary>Whether the checkout has no local changes, and the process says that it runs what it loaded.</summary>
    internal bool IsInOrder { get; init; }

    /// <summary>A sum over the names of the files that were changed on the host: tells whether they are still the same.</summary>
    internal string LocalChanges { get; init; } = "";

    /// <summary>A sum over the names of the unit's drop-ins and settings: tells whether they are still the same.</summary>
    internal string UnitSettings { get; init; } = "";

    /// <inheritdoc/>
    public override string ToString() => Target.ToString();
}
