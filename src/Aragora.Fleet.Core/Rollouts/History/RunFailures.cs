using System.Globalization;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Rollouts.History;

/// <summary>Why a run cannot be gone on with, or a host cannot go back.</summary>
internal static class RunFailures
{
    private const int MaxNamed = 8;

    /// <summary>No host knows the run.</summary>
    public static FleetException NotFound(string deployId, int asked, IReadOnlyList<HostTarget> silent) => new(
        FailureKind.DeployNotFound,
        $"None of the {asked} host(s) asked knows the run {deployId}." +
        (silent.Count > 0 ? $" {silent.Count} did not answer: {Names(silent)}." : ""),
        "Get-AragoraDeploy lists the runs that the hosts know; check the environment and the regions of the connection.",
        deployId);

    /// <summary>What to tell of hosts of a run that are nowhere.</summary>
    public static string Missing(string deployId, int missing, int hosts) =>
        $"{missing} of {hosts} host(s) of the run {deployId} are not to be found: gone, stopped, in a region that was not looked "
        + "in, or never taken by the run. Nothing is known of them, and nothing is done to them.";

    /// <summary>The run took hosts and changed none.</summary>
    public static FleetException NothingTouched(string deployId, RunHosts hosts) => new(
        FailureKind.DeployComplete,
        $"The run {deployId} took {hosts.Plans.Count} host(s) and changed none, so nothing can go back."
        + (hosts.Note is { } note ? $" {note}" : ""),
        $"To bring its release after all: Resume-AragoraDeploy -DeployId {deployId}.",
        deployId);

    /// <summary>Nothing is left to do.</summary>
    public static FleetException Complete(DeployRecord run) => new(
        FailureKind.DeployComplete,
        $"Nothing is left of the run {run.DeployId}: " + (run.State == DeployState.Reverted
            ? "every host that it touched is back where it was."
            : $"it brought every host of it{(run.MissingHostCount > 0 ? " that is found" : "")} to {run.Wanted ?? "its target"}. Get-AragoraFleetVersion tells what runs now.")
        + (run.MissingHostCount > 0
            ? $" But {Missing(run.DeployId, run.MissingHostCount, run.MissingHostCount + run.Hosts.Count)}"
            : ""),
        run.State == DeployState.Reverted
            ? "Deploy again with Invoke-AragoraDeploy, which makes a plan of today."
            : $"To go back: Restore-AragoraCommit -DeployId {run.DeployId}.",
        run.DeployId);

    /// <summary>The host has no release of which it knows that it ran well.</summary>
    public static FleetException NoPoint(HostTarget target) => new(
        FailureKind.NoRollbackPoint,
        $"{target} knows no release to go back to: neither its ledger nor the state file of CI names one that ran well.",
        "Name the commit with -CommitSha.",
        target);

    /// <summary>The host did not keep where the run found it.</summary>
    public static FleetException NoOrigin(HostTarget target, string deployId) => new(
        FailureKind.NoRollbackPoint,
        $"{target} has not kept what it ran before {deployId}.",
        "Name the commit with -CommitSha, or leave this host out.",
        target);

    /// <summary>It is not certain what ran at a time, or that failed since.</summary>
    public static FleetException NoRelease(HostTarget target, DateTimeOffset time, string? failedSince) => new(
        FailureKind.NoRollbackPoint,
        string.Create(CultureInfo.InvariantCulture, $"{target} cannot go back to {time:u}: ") + (failedSince is null
            ? "its ledger does not say for certain what ran then."
            : $"{CommitId.Abbreviate(failedSince)} ran then, and has failed here since."),
        "See Get-AragoraRollbackPoint, and name a commit with -CommitSha.",
        target);

    /// <summary>The release is neither in the clone nor at the origin.</summary>
    public static FleetException ReleaseLost(HostTarget target, string commit, FleetException cause) => new(
        FailureKind.NoRollbackPoint,
        $"{target} cannot go back to {commit}: its clone does not hold it, and the origin has it no more.",
        "See Get-AragoraRollbackPoint for releases that are available, and name one with -CommitSha.",
        target,
        cause);

    /// <summary>A step did not end within the longest time that one may take.</summary>
    public static FleetException StillAtIt(HostTarget target, string deployId) => new(
        FailureKind.HostLocked,
        $"A step of {deployId} is still under way on {target}, and has not ended within the time that a step may take.",
        "Look at the host, then resume again.",
        target);

    /// <summary>Somebody has changed the host since.</summary>
    public static FleetException MovedOn(HostPlan row, HostRun run) => new(
        FailureKind.PlanStale,
        $"{row.Target} now runs {row.From ?? "nothing"}: neither {run.From}, which the run {run.DeployId} found there, nor "
        + $"{run.To}, which it was to bring.",
        "Somebody changed it since. Deploy anew with Invoke-AragoraDeploy, which makes a plan of today.",
        row.Target);

    /// <summary>A few hosts by name.</summary>
    private static string Names(IReadOnlyList<HostTarget> hosts) =>
        string.Join(", ", hosts.Take(MaxNamed)) + (hosts.Count > MaxNamed ? $" and {hosts.Count - MaxNamed} more" : "");
}
