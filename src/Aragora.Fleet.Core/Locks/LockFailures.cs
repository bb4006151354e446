using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Locks;

/// <summary>The failures of the fleet lock.</summary>
public static class LockFailures
{
    /// <summary>Someone else has it.</summary>
    public static FleetException Locked(FleetLock other) => new(
        FailureKind.FleetLocked,
        $"The fleet lock of {Place(other)} is {Holding(other)}.",
        "Wait for it with -LockWait (deploy, restore) or -Wait (Lock-AragoraFleet); Get-AragoraFleetLock shows it. "
        + "If its owner is gone, Unlock-AragoraFleet -Stale removes it once it is dead.",
        other);

    /// <summary>A host came while the lock was waited for, where the lock is not.</summary>
    public static FleetException NotCovered(Instance host) => new(
        FailureKind.FleetLocked,
        $"{host} of {Name(host.Environment)} in {host.Region} came while the fleet lock was waited for, and the lock is not taken there.",
        "Run it again: the lock is then taken there as well.",
        HostTarget.From(host));

    /// <summary>Someone else has it, so that what is current now may not be for long.</summary>
    public static FleetException MayChange(FleetLock other) => new(
        FailureKind.FleetLocked,
        $"Nothing was to be done, but these hosts may change now: the fleet lock of {Place(other)} is {Holding(other)}.",
        "Look again with Get-AragoraFleetVersion when that run has ended, or wait for it with -LockWait.",
        other);

    /// <summary>Someone else has it, so that a host which has nothing to go back to now may have something soon.</summary>
    public static FleetException MayBringPoint(FleetLock other, FleetException obstacle) => new(
        FailureKind.FleetLocked,
        $"{obstacle.Message} But these hosts may change now: the fleet lock of {Place(other)} is {Holding(other)}.",
        "Look again with Get-AragoraRollbackPoint when that run has ended, or wait for it with -LockWait.",
        other,
        obstacle);

    /// <summary>It was held, and is not any more.</summary>
    public static FleetException Lost(string environment, string region, long token, string why) => new(
        FailureKind.LockLost,
        $"The fleet lock of {Name(environment)} in {region} (token {token}) is lost: {why}.",
        "Look at Get-AragoraFleetLock for who has it now; a run that had begun goes on with Resume-AragoraDeploy.",
        region);

    /// <summary>For whom a run would wait that is only shown.</summary>
    public static string WouldWait(FleetLock other, TimeSpan patience) =>
        $"The fleet lock of {Place(other)} is {Holding(other)}. Without -WhatIf this waits for it, {patience:c} at most, and makes its "
        + "plan then.";

    /// <summary>Who is in the way, since when, and until when at most.</summary>
    public static string Holding(FleetLock other) =>
        (other.Since is { } since ? $"held since {since:u} by {other.Owner}" : $"waited for by {other.Owner}")
        + (other.DeployId.Length > 0 ? $", deploy {other.DeployId}" : "")
        + (other.Reason.Length > 0 ? $" ({other.Reason})" : "")
        + $", token {other.Token}; last heartbeat {other.LastHeartbeat:u}, dead at {other.Expires:u} without another";

    /// <summary>Whose dead entry was removed.</summary>
    public static string Buried(FleetLock dead) =>
        $"The fleet lock of {Place(dead)} was {Holding(dead)}: it is dead and was removed.";

    /// <summary>Environment and region, for messages.</summary>
    public static string Place(FleetLock entry) => $"{Name(entry.Environment)} in {entry.Region}";

    /// <summary>An environment, for messages.</summary>
    public static string Name(string environment) => environment.Length > 0 ? environment : "hosts without environment";
}
