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

    /// <summary>What to tell of hosts that a run left out.</summary>
    public static string LeftOut(DeployRecord run) =>
        $"{run.LeftOutHostCount} host(s) could not be reached when the run {run.DeployId} began, and it does nothing there: "
        + $"{string.Join(", ", run.LeftOut)}{(run.LeftOutHostCount > run.LeftOut.Count ? ", …" : "")}.";

    /// <summary>What to tell of steps that go on while a plan is only shown.</summary>
    public static IEnumerable<string> UnderWay(string deployId, IEnumerable<HostHistory> past)
    {
        var hosts = past.Where(host => host.Runs is [{ State: HostRunState.Running }]).Select(host => host.Target).ToList();
        return hosts.Count == 0 ? [] :
        [
            $"A step of the run {deployId} is still under way on {Names(hosts)}, so this is how things stand now. Without -WhatIf its "
            + "end is waited for, and the plan made then.",
        ];
    }

    /// <summary>What to tell of a repair that goes on: what its hosts are to have was judged when it began.</summary>
    /// <param name="run">The run.</param>
    /// <param name="hosts">The hosts of it.</param>
    /// <param name="past">What all hosts tell.</param>
    public static IEnumerable<string> LeftBehind(DeployRecord run, IReadOnlyList<HostPlan> hosts, IReadOnlyDictionary<string, HostHistory> past)
    {
        var own = hosts.Select(host => host.Target.InstanceId).ToHashSet(StringComparer.Ordinal);
        var others = past.Values.Where(host => !own.Contains(host.Target.InstanceId)).Select(host => host.Disk).OfType<string>().ToList();
        foreach (var release in hosts.Select(host => host.To).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            var alike = others.FindAll(other => CommitId.IsFull(other) == CommitId.IsFull(release));
            if (alike.Count(other => other == release) is var count && count < alike.Count)
            {
                yield return $"This repair brings its hosts to {CommitId.Abbreviate(release)}, and of {alike.Count} others only {count} has that "
                    + "by now: Test-AragoraDrift tells what they should have. "
                    + $"Restore-AragoraCommit -DeployId {run.DeployId} leads back instead.";
            }
        }
    }

    /// <summary>More hosts cannot be reached than a plan may do without.</summary>
    public static FleetException Unreachable(ChangePlan plan, IReadOnlyList<(HostTarget Host, string? Why)> hosts) => new(
        FailureKind.Undeliverable,
        $"{Unreachable(hosts.Count)}, -MaxUnreachable is {plan.Gates.MaxUnreachable}: nothing was begun. {Reasons(hosts)}",
        "Check their SSM agents with Get-AragoraInstance, " + (plan.Attempt == 1
            ? $"or leave them out: -MaxUnreachable {hosts.Count}."
            : "then resume again: a run keeps the -MaxUnreachable that it was begun with."),
        hosts.Select(host => host.Host).ToList());

    /// <summary>No host can be asked.</summary>
    public static FleetException NoneReachable(IReadOnlyList<HostPlan> hosts) => new(
        FailureKind.Undeliverable,
        $"{Unreachable(hosts.Count)}, and no other is named: nothing was begun. {Reasons([.. hosts.Select(host => (host.Target, host.Obstacle?.Message))])}",
        "Check their SSM agents with Get-AragoraInstance.",
        hosts.Select(host => host.Target).ToList());

    /// <summary>The run took hosts and changed none.</summary>
    public static FleetException NothingTouched(string deployId, RunHosts hosts) => new(
        FailureKind.DeployComplete,
        $"The run {deployId} took {hosts.Plans.Count} host(s) and changed none, so nothing can go back."
        + (hosts.Note is { } note ? $" {note}" : ""),
        hosts.Note is null
            ? $"To bring its release after all: Resume-AragoraDeploy -DeployId {deployId}."
            : "To bring its release after all, deploy anew with Invoke-AragoraDeploy.",
        deployId);

    /// <summary>The run changed none of the hosts that are found, and the others may never have been taken.</summary>
    public static FleetException NeverBegun(DeployRecord run, string note) => new(
        FailureKind.DeployComplete,
        $"The run {run.DeployId} changed none of the {run.Hosts.Count} host(s) of it that are found, so there is nothing to go on with. {note}",
        "Deploy or restore anew: that makes a plan of today for all hosts.",
        run.DeployId);

    /// <summary>Every host that it touched is back.</summary>
    public static FleetException WentBack(DeployRecord run) => new(
        FailureKind.DeployComplete,
        $"Nothing is left of the run {run.DeployId}: every host that it touched is back where it was.",
        "Deploy again with Invoke-AragoraDeploy, which makes a plan of today.",
        run.DeployId);

    /// <summary>It was complete once, and that does not hold any more.</summary>
    public static FleetException MovedOnWhole(DeployRecord run, IReadOnlyList<HostTarget> changed) => new(
        FailureKind.DeployComplete,
        $"Nothing is left of the run {run.DeployId}: it brought every host of it{(run.MissingHostCount > 0 ? " that is found" : "")} to "
        + $"{run.Wanted ?? "its target"}. But {Names(changed)} run something else by now, or are not well.",
        "Get-AragoraFleetVersion and Test-AragoraHealth tell how they are. To bring its release once more, deploy anew with Invoke-AragoraDeploy.",
        run.DeployId);

    /// <summary>The host has no release of which it knows that it ran well.</summary>
    public static FleetException NoPoint(HostTarget target) => new(
        FailureKind.NoRollbackPoint,
        $"{target} knows no release to go back to: neither its ledger nor the state file of CI names one that ran well and was not taken back since.",
        "Name the release with -CommitSha or -PackageVersion: Get-AragoraDeploy tells which runs brought and took back what.",
        target);

    /// <summary>The host did not keep where the run found it.</summary>
    public static FleetException NoOrigin(HostTarget target, string deployId) => new(
        FailureKind.NoRollbackPoint,
        $"{target} has not kept what it ran before {deployId}.",
        "Name the release with -CommitSha or -PackageVersion, or leave this host out.",
        target);

    /// <summary>It is not certain what ran at a time, or that failed since.</summary>
    public static FleetException NoRelease(HostTarget target, DateTimeOffset time, HostHistory past) => new(
        FailureKind.NoRollbackPoint,
        string.Create(CultureInfo.InvariantCulture, $"{target} cannot go back to {time:u}: ") + past switch
        {
            { FailedSince: { } failed } => $"{CommitId.Abbreviate(failed)} ran then, and has failed here since.",
            { UndoneSince: { } undone } => $"{CommitId.Abbreviate(undone)} ran then, and the run that brought it took it back, so it was never kept here.",
            { LedgerBegins: null } => "it has no ledger yet, so nobody knows what ran then.",
            { LedgerBegins: { } begins } when time < begins =>
                string.Create(CultureInfo.InvariantCulture, $"its ledger begins at {begins:u}, so nobody knows what ran before."),
            _ => "its ledger does not say for certain what ran then.",
        },
        "See Get-AragoraRollbackPoint, and name a release with -CommitSha or -PackageVersion.",
        target);

    /// <summary>Nothing can have run at a time that is still to come.</summary>
    public static FleetException TimeToCome(DateTimeOffset time) => new(
        FailureKind.TimeInvalid,
        string.Create(CultureInfo.InvariantCulture, $"{time:u} is still to come, so nothing ran then."),
        "Give a time in the past; one without a zone is taken as local.",
        time);

    /// <summary>The same obstacle, with the hosts for which it does not stand in the way as a command.</summary>
    public static FleetException Offering(FleetException obstacle, string command) => new(
        obstacle.Kind, obstacle.Message, $"{obstacle.Action} The hosts that have one go back with: {command}", obstacle.FailureTarget, obstacle);

    /// <summary>The release is neither in the clone nor at the origin.</summary>
    public static FleetException ReleaseLost(HostTarget target, string release, FleetException cause) => new(
        FailureKind.NoRollbackPoint,
        $"{target} cannot go back to {release}: the host does not hold it, and "
            + $"{(CommitId.IsFull(release) ? "the origin" : "its index")} does not give it.",
        "See Get-AragoraRollbackPoint for releases that are available, and name one with -CommitSha or -PackageVersion.",
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

    private static string Unreachable(int hosts) => hosts == 1 ? "1 host is unreachable" : $"{hosts} hosts are unreachable";

    private static string Reasons(IReadOnlyList<(HostTarget Host, string? Why)> hosts) =>
        string.Join(" ", hosts.Take(MaxNamed).Select(host => $"{host.Host}: {host.Why ?? "no answer."}"))
        + (hosts.Count > MaxNamed ? $" And {hosts.Count - MaxNamed} more." : "");

    /// <summary>A few hosts by name.</summary>
    private static string Names(IReadOnlyList<HostTarget> hosts) =>
        string.Join(", ", hosts.Take(MaxNamed)) + (hosts.Count > MaxNamed ? $" and {hosts.Count - MaxNamed} more" : "");
}
