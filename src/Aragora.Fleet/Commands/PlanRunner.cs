using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Plans;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Shows a plan, asks once for it as a whole, and runs it to its end state.</summary>
internal static class PlanRunner
{
    private const int MaxNamed = 8;

    /// <param name="planning">Says what is to be done.</param>
    /// <param name="action">"Deploy", "Restore" or "Resume", for the question.</param>
    /// <param name="services">What the run acts through; made when the answer was yes.</param>
    /// <param name="tidy">Clears away what nobody else does where there was nothing to do.</param>
    /// <param name="sink">Leads to the pipeline.</param>
    /// <param name="cancellationToken">Gives the waiting up.</param>
    /// <exception cref="FleetException">Something stands in the way of the plan.</exception>
    public static async Task<ChangePlan> RunAsync(
        Func<Task<ChangePlan>> planning, string action, Func<ChangePlan, RunServices> services, Func<Task> tidy, PipelineSink sink,
        CancellationToken cancellationToken)
    {
        ChangePlan plan;
        try
        {
            plan = await planning().ConfigureAwait(false);
        }
        catch (FleetException e) when (e.Kind == FailureKind.DeployComplete)
        {
            await tidy().ConfigureAwait(false);
            throw;
        }

        await ApplyAsync(plan, action, services, sink, cancellationToken).ConfigureAwait(false);
        if (!plan.HasWork)
        {
            await tidy().ConfigureAwait(false);
        }

        return plan;
    }

    private static async Task ApplyAsync(
        ChangePlan plan, string action, Func<ChangePlan, RunServices> services, PipelineSink sink, CancellationToken cancellationToken)
    {
        if (PlanObstacles.Refusal(plan) is { } refusal)
        {
            throw refusal;
        }

        var text = plan.ToString();
        sink.Verbose(text);
        foreach (var note in plan.Notes)
        {
            sink.Warning(note);
        }

        // What is not asked about is not read either: that a newer release goes, or that one comes which failed there, is told in
        // every case.
        foreach (var (target, warning) in plan.Hosts.SelectMany(host => host.Warnings.Select(warning => (host.Target, warning))))
        {
            if (warning.Kind is PlanWarningKind.MovedSince or PlanWarningKind.FailedBefore)
            {
                sink.Warning($"{target} {warning.Text}");
            }
        }

        if (plan.HasWork &&
            !await sink.ConfirmPlanAsync(text, $"{action} {plan.Wanted}", plan.Wanted).ConfigureAwait(false))
        {
            return;
        }

        PlanCheck.Begin(plan);
        var run = new RolloutRun(services(plan), plan);
        // A step may take minutes; whoever saw nothing happen would press Ctrl+C again, and end the process with all it has to say.
        using var stopping = sink.StopRequested.Register(() => sink.Notice(
            $"Stopping {plan.DeployId}: no further host is started, what is under way ends first. How to go on or back is told then."));
        var results = new List<DeployResult>();
        try
        {
            await foreach (var result in run.RunAsync(sink.StopRequested, cancellationToken).ConfigureAwait(false))
            {
                results.Add(result);
                await sink.EmitAsync(result).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            sink.Notice("Stopped before the first host: none was changed.");
            throw;
        }

        if (sink.StopRequested.IsCancellationRequested)
        {
            TellStopped(sink, plan, results, run.WasInterrupted);
        }

        if (run.Failure is { } failure)
        {
            await sink.FailAsync(failure).ConfigureAwait(false);
        }
    }

    /// <summary>Tells after Ctrl+C, which lets no result through any more, where the hosts are and what goes on or back.</summary>
    private static void TellStopped(PipelineSink sink, ChangePlan plan, List<DeployResult> results, bool isUnfinished)
    {
        foreach (var group in results.GroupBy(result => result.Outcome))
        {
            sink.Notice($"Stopped. {group.Key}: {Names([.. group])}.");
        }

        foreach (var open in results.Where(r => r.Outcome is DeployOutcome.Failed or DeployOutcome.Unknown))
        {
            sink.Notice($"{open.Name} ({open.InstanceId}) is NOT verified: {open.Reason}");
        }

        sink.Notice(isUnfinished
            ? $"To go on:   Resume-AragoraDeploy -DeployId {plan.DeployId}"
            : "Nothing is left to go on with.");
        if (results.Exists(r => r.Outcome is DeployOutcome.Deployed or DeployOutcome.Restored or DeployOutcome.Failed or DeployOutcome.Unknown))
        {
            sink.Notice($"To go back: Restore-AragoraCommit -DeployId {plan.DeployId}");
        }
    }

    private static string Names(List<DeployResult> hosts) =>
        string.Join(", ", hosts.Take(MaxNamed).Select(host => $"{host.Name} ({host.InstanceId})"))
        + (hosts.Count > MaxNamed ? $" and {hosts.Count - MaxNamed} more" : "");
}
