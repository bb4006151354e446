using System.Globalization;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts.Signals;

namespace Aragora.Fleet.Rollouts.Runs;

/// <summary>Waits after the canary until somebody decides, with the lock kept.</summary>
internal sealed class Approval(RunServices services, ChangePlan plan, RunWatch watch)
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(2);

    private bool _given = !plan.Gates.Approve;

    /// <summary>Waits where the canary is done and nobody has approved it yet.</summary>
    /// <param name="canaryIsDone">Whether there is anything to approve.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>The end of the run; null where it goes on.</returns>
    public async Task<RunEnd?> AwaitAsync(bool canaryIsDone, CancellationToken cancellationToken)
    {
        if (_given || !canaryIsDone)
        {
            return null;
        }

        var end = await WaitAsync(cancellationToken).ConfigureAwait(false);
        _given = end is null;
        services.Journal.Add("approval", ("given", _given), ("why", end?.Cause?.Message));
        return end;
    }

    private async Task<RunEnd?> WaitAsync(CancellationToken cancellationToken)
    {
        var began = services.Time.GetTimestamp();
        var isAsked = false;
        while (true)
        {
            if (await watch.LookAsync(cancellationToken).ConfigureAwait(false) is { } end)
            {
                return end;
            }

            var signals = await watch.SignalsAsync(cancellationToken).ConfigureAwait(false);
            // Who sees a reason not to go on is not overruled by who saw none.
            if (signals.FirstOrDefault(signal => signal.Kind == DeploySignalKind.Deny) is { } denial)
            {
                return Denied(denial);
            }

            if (signals.LastOrDefault(signal => signal.Kind == DeploySignalKind.Approve) is { } approval)
            {
                services.Log.Verbose($"{approval.Who} approved the deploy{(approval.Reason.Length > 0 ? $": {approval.Reason}" : "")}.");
                return null;
            }

            if (!isAsked)
            {
                Ask();
                isAsked = true;
            }

            if (services.Time.GetElapsedTime(began) >= plan.Gates.ApprovalTimeout)
            {
                return Expired();
            }

            await watch.PauseAsync(s_look, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Ask()
    {
        var until = services.Time.GetUtcNow() + plan.Gates.ApprovalTimeout;
        services.Log.Progress("waiting for approval", 0, 0);
        services.Notice(string.Create(
            CultureInfo.InvariantCulture,
            $"The canary is done. {plan.DeployId} waits for approval until {until:yyyy-MM-dd HH:mm:ss} UTC; then what is done goes back."));
        services.Notice($"Approve-AragoraDeploy -DeployId {plan.DeployId}");
        services.Notice($"Deny-AragoraDeploy -DeployId {plan.DeployId}");
    }

    private static RunEnd Denied(DeploySignal signal) => new(
        RunEndKind.TakeBack,
        new FleetException(
            FailureKind.ApprovalDenied,
            $"{signal.Who} denied the deploy after its canary{(signal.Reason.Length > 0 ? $": {signal.Reason}" : "")}.",
            "Ask who denied it; fix the release, then deploy again.",
            signal.Who));

    private RunEnd Expired() => new(
        RunEndKind.TakeBack,
        new FleetException(
            FailureKind.ApprovalExpired,
            $"Nobody approved the deploy within {plan.Gates.ApprovalTimeout}.",
            "Deploy again, with somebody at hand who approves it, or a longer -ApprovalTimeout.",
            plan.DeployId));
}
