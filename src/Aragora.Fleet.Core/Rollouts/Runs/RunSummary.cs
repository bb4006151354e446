using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts.History;

namespace Aragora.Fleet.Rollouts.Runs;

/// <summary>Says in one failure how a run ended that did not bring every host to its target.</summary>
internal sealed class RunSummary(ChangePlan plan, Movement movement, RunBook book)
{
    private const int MaxNamed = 8;

    private readonly List<HostPlan> _movedAndUnreachable = [.. book.Unreachable.Where(host => host.IsDone || host.WasMoved)];

    // A host that an earlier attempt moved, and that is not reached any more, is where that attempt brought it.
    private List<DeployResult> Lost(bool wentBack) =>
    [
        .. book.Results.Where(result => result.Outcome is DeployOutcome.Failed or DeployOutcome.Unknown
            || (wentBack && _movedAndUnreachable.Exists(host => host.InstanceId == result.InstanceId))),
    ];

    /// <summary>The failure; null where every host is at its target, or the run was only interrupted.</summary>
    /// <param name="end">Why the run ended.</param>
    /// <param name="wentBack">Whether everything that it touched was taken back.</param>
    public FleetException? Of(RunEnd end, bool wentBack)
    {
        if (end.Cause is null && book.Failures.Count == 0 && book.Unreachable.Count == 0)
        {
            return null;
        }

        var what = What(end.Cause);
        return end.Kind == RunEndKind.LockLost ? LockLost(end.Cause!, what)
            : Lost(wentBack) is { Count: > 0 } lost ? NotBack(what, lost)
            : movement.HasWayBack ? Ended(end.Cause, $"{what} {State(wentBack)}")
            : RestoreFailed(end.Cause, what);
    }

    private string What(FleetException? cause)
    {
        var texts = new List<string>();
        if (book.Failures.Count > 0)
        {
            var hosts = string.Join("; ", book.Failures.Take(MaxNamed).Select(f => $"{f.Host}: {f.Headline}"));
            texts.Add(book.Failures.Count == 1
                ? $"{Capital(movement.Noun)} {Target} failed on {hosts}."
                : $"{Capital(movement.Noun)} {Target} failed on {book.Failures.Count} hosts. {hosts}.");
        }

        if (book.Unreachable.Except(_movedAndUnreachable).ToList() is { Count: > 0 } unchanged)
        {
            texts.Add($"Not reached, and so not changed: {Names(unchanged)}.");
        }

        if (_movedAndUnreachable.Count > 0)
        {
            texts.Add($"Not reached, and so as an earlier attempt left it: {Names(_movedAndUnreachable)}.");
        }

        if (cause is not null)
        {
            texts.Add(cause.Message);
        }

        return string.Join(' ', texts);
    }

    private string Target => movement.HasWayBack ? $"of {plan.Wanted}" : $"to {plan.Wanted}";

    private string State(bool wentBack) =>
        wentBack && Any(DeployOutcome.Restored, DeployOutcome.Reverted) ? "Every host that was touched is verified back."
        : Count(DeployOutcome.Deployed) is > 0 and var done ? $"{done} host(s) stay at {plan.Wanted}."
        : book.Failures.Count > 0 ? "No other host was touched."
        : "No host was changed.";

    // A gate of the user's may object to hosts that are where a restore brought them.
    private FleetException NotBack(string what, List<DeployResult> lost) =>
        !movement.HasWayBack && book.Failures.All(failure => failure.Kind == FailureKind.GateVetoed) && lost.TrueForAll(r => r.RunningCommit == r.To)
        ? new(
            FailureKind.RestoreFailed,
            $"{what} These run what they were to go back to: {Named(lost)}.",
            $"Read the Reason of the results. Resume-AragoraDeploy -DeployId {plan.DeployId} goes on with the hosts that were not started.",
            First ?? lost[0].InstanceId)
        : new(
            FailureKind.RestoreFailed,
            $"{what} NOT verified back: {Named(lost)}.",
            $"Look at these hosts now: Get-AragoraFleetVersion, Test-AragoraHealth; then Restore-AragoraCommit -DeployId {plan.DeployId}, or -CommitSha with a commit that is known to run.",
            First ?? lost[0].InstanceId);

    private FleetException Ended(FleetException? cause, string message)
    {
        if (book.Failures.Count == 0 && cause is not null)
        {
            return new FleetException(cause.Kind, message, cause.Action, cause.FailureTarget, cause);
        }

        return new FleetException(
            FailureKind.DeployFailed,
            message,
            book.Failures.Count == 0 ? "Check the SSM agents of these hosts with Get-AragoraInstance, then deploy to them" +
                (plan.Target is { } release
                    ? $": {NextCommand.To(plan.Kind.ToString(), release, book.Unreachable.Select(host => host.InstanceId))}"
                    : ".")
                : book.Failures[0].Untouched ? "That host was not changed. Clear what its Reason names, then deploy again."
                : book.Failures.All(failure => failure.WasCutShort)
                    ? "The step was cut short there, or its answer was lost, which says nothing of the release. Look at these hosts for " +
                        "a reboot or a kill, then deploy again."
                : book.Failures[0].Kind == FailureKind.GateVetoed ? "Read what the gate said in the Reason of the results."
                : "Read the Phase and Reason of the results; fix the release, then deploy again.",
            First ?? (object)plan.DeployId,
            Inner(cause));
    }

    // The kind of what failed after a host was done, so that a script can tell a veto from a crash.
    private FleetException? Inner(FleetException? cause) => cause ?? book.Failures
        .Where(failure => failure.Kind is not null)
        .Select(failure => new FleetException(
            failure.Kind!.Value, $"{failure.Host}: {failure.Headline}.", "Read the Reason of the result.", failure.Host.Target))
        .FirstOrDefault();

    private FleetException RestoreFailed(FleetException? cause, string what) =>
        book.Failures.Count == 0 && book.Unreachable.Count == 0
            ? new FleetException(cause!.Kind, what, cause.Action, cause.FailureTarget, cause)
            : new FleetException(
                FailureKind.RestoreFailed,
                what,
                "Look at these hosts: Get-AragoraFleetVersion, Test-AragoraHealth; then restore them to a commit with -CommitSha.",
                First ?? book.Unreachable[0].Target,
                cause);

    private FleetException LockLost(FleetException cause, string what)
    {
        var states = book.Results
            .Where(result => result.Outcome != DeployOutcome.AlreadyCurrent)
            .GroupBy(result => result.Outcome)
            .Select(group => $"{group.Key}: {string.Join(", ", group.Select(r => $"{r.Name} ({r.InstanceId})"))}");
        return new FleetException(
            FailureKind.LockLost,
            $"{what} Nothing further was started and nothing taken back, since another may own the fleet. {string.Join("; ", states)}.",
            $"See Get-AragoraFleetLock. When nobody else changes the fleet: Resume-AragoraDeploy -DeployId {plan.DeployId}, " +
            $"or Restore-AragoraCommit -DeployId {plan.DeployId}.",
            plan.DeployId,
            cause);
    }

    private object? First => book.Failures.Count > 0 ? book.Failures[0].Host.Target : null;

    private bool Any(params DeployOutcome[] outcomes) => book.Results.Any(result => outcomes.Contains(result.Outcome));

    private int Count(DeployOutcome outcome) => book.Results.Count(result => result.Outcome == outcome);

    private static string Names(List<HostPlan> hosts) =>
        string.Join(", ", hosts.Take(MaxNamed)) + (hosts.Count > MaxNamed ? $" and {hosts.Count - MaxNamed} more" : "");

    private static string Named(List<DeployResult> hosts) => string.Join(", ", hosts.Select(r => $"{r.Name} ({r.InstanceId})"));

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
