using System.Runtime.CompilerServices;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Rollouts;

/// <summary>One restore of one plan: wave by wave, stopping at the first wave with a failure. Used once.</summary>
/// <param name="runner">Runs operations on hosts.</param>
/// <param name="settings">Unit, branch, timeouts.</param>
/// <param name="log">Told of every decision.</param>
/// <param name="plan">What to do.</param>
public sealed class RestoreRun(HostOperationRunner runner, FleetSettings settings, IFleetLog log, ChangePlan plan)
{
    private readonly StepRunner _steps = new(runner, log);

    /// <summary>What went wrong, after the run; null where every host is at its target.</summary>
    public FleetException? Failure { get; private set; }

    /// <summary>Whether the run was told to start no further host, and left some unstarted.</summary>
    public bool WasInterrupted { get; private set; }

    /// <summary>Runs the plan and streams one result for each host as its step ends.</summary>
    /// <param name="stopRequested">Starts no further wave; the step under way ends by itself.</param>
    /// <param name="cancellationToken">Gives the waiting up at once. The hosts go on by themselves.</param>
    public async IAsyncEnumerable<DeployResult> RunAsync(
        CancellationToken stopRequested, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var host in plan.Hosts.Where(host => host.IsCurrent))
        {
            yield return StepResult.Of(plan, host, DeployOutcome.AlreadyCurrent) with { RunningCommit = host.From };
        }

        foreach (var host in plan.LeftOut)
        {
            yield return StepResult.Of(plan, host, DeployOutcome.NotReached) with { Reason = host.Obstacle!.Message };
        }

        var failed = new List<HostStep>();
        var started = 0;
        var done = 0;
        var total = plan.Waves.Sum(wave => wave.Count);
        while (started < plan.Waves.Count && failed.Count == 0 && !stopRequested.IsCancellationRequested)
        {
            var wave = plan.Waves[started++];
            log.Progress($"wave {started} of {plan.Waves.Count}: {string.Join(", ", wave.Select(h => h.Target.Name))}", done, total);
            var steps = _steps.RunAsync(
                HostOperation.Rollback,
                group => StepParameters.ForRestore(
                    settings, plan, group, "restore", token: 0, host => host.From, host => host.To),
                wave,
                "the restore",
                OwnComment.For(OwnComment.Restore, $"{plan.DeployId} wave {started} {plan.Reason}"),
                cancellationToken);
            await foreach (var step in steps.ConfigureAwait(false))
            {
                done++;
                if (!step.Succeeded)
                {
                    failed.Add(step);
                }

                yield return StepResult.Of(plan, step, started, StepResult.Outcome(step));
            }
        }

        WasInterrupted = stopRequested.IsCancellationRequested && started < plan.Waves.Count;
        foreach (var host in plan.Waves.Skip(started).SelectMany(wave => wave))
        {
            yield return StepResult.Of(plan, host, DeployOutcome.NotStarted);
        }

        Failure = failed.Count > 0 ? Summarize(failed) : null;
    }

    private FleetException Summarize(List<HostStep> failed)
    {
        var hosts = failed.Select(step => $"{step.Host}: {StepResult.Headline(step)}");
        return new FleetException(
            FailureKind.RestoreFailed,
            $"The restore to {plan.Wanted} failed. {string.Join("; ", hosts)}.",
            "Look at these hosts: Get-AragoraFleetVersion, Test-AragoraHealth; then restore them to a commit with -CommitSha.",
            failed[0].Host.Target);
    }
}
