using System.Runtime.CompilerServices;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Rollouts;

/// <summary>
/// One deploy of one plan. It ends with every host verified at the target, or every touched host verified back, or with
/// a result for each host that says what is known of it. Used once.
/// </summary>
/// <param name="runner">Runs operations on hosts.</param>
/// <param name="settings">Unit, branch, timeouts.</param>
/// <param name="log">Told of every decision.</param>
/// <param name="plan">What to do.</param>
public sealed class DeployRun(HostOperationRunner runner, FleetSettings settings, IFleetLog log, ChangePlan plan)
{
    private readonly StepRunner _steps = new(runner, log);
    private readonly List<(HostStep Step, int Wave)> _deployed = [];
    private readonly List<(HostStep Step, int Wave)> _failed = [];

    /// <summary>What went wrong, after the run; null where every host is at the target.</summary>
    public FleetException? Failure { get; private set; }

    /// <summary>Whether the run was told to start no further host, and left some unstarted or undecided.</summary>
    public bool WasInterrupted { get; private set; }

    /// <summary>
    /// Runs the plan and gives one result for each host, as its end state becomes final. A host that was deployed is
    /// final only when no later failure can take it back.
    /// </summary>
    /// <param name="stopRequested">Starts no further wave, and takes nothing back; the step under way ends by itself.</param>
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

        var started = 0;
        while (started < plan.Waves.Count && _failed.Count == 0 && !stopRequested.IsCancellationRequested)
        {
            await foreach (var final in DeployWaveAsync(++started, cancellationToken).ConfigureAwait(false))
            {
                yield return final;
            }
        }

        WasInterrupted = stopRequested.IsCancellationRequested && (started < plan.Waves.Count || _failed.Count > 0);
        var goesBack = _failed.Count > 0 && plan.OnFailure == FailureAction.Restore && !WasInterrupted;
        var ends = goesBack ? TakeBackAsync(cancellationToken) : AsTheyAre();
        var lost = new List<DeployResult>();
        await foreach (var end in ends.ConfigureAwait(false))
        {
            if (end.Outcome is DeployOutcome.Failed or DeployOutcome.Unknown)
            {
                lost.Add(end);
            }

            yield return end;
        }

        foreach (var host in plan.Waves.Skip(started).SelectMany(wave => wave))
        {
            yield return StepResult.Of(plan, host, DeployOutcome.NotStarted);
        }

        Failure = _failed.Count > 0 ? Summarize(goesBack, lost) : null;
    }

    private async IAsyncEnumerable<DeployResult> DeployWaveAsync(
        int number, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wave = plan.Waves[number - 1];
        var before = plan.Waves.Take(number - 1).Sum(w => w.Count);
        var total = plan.Waves.Sum(w => w.Count);
        log.Progress($"wave {number} of {plan.Waves.Count}: {string.Join(", ", wave.Select(h => h.Target.Name))}", before, total);
        var steps = _steps.RunAsync(
            HostOperation.Deploy,
            group => StepParameters.ForDeploy(settings, plan, group, token: 0),
            wave,
            "the deploy",
            OwnComment.For(OwnComment.Deploy, $"{plan.DeployId} wave {number} {plan.Reason}"),
            cancellationToken);
        await foreach (var step in steps.ConfigureAwait(false))
        {
            if (step.Succeeded)
            {
                _deployed.Add((step, number));
                log.Progress($"wave {number} of {plan.Waves.Count}: {step.Host.Target.Name} ready", ++before, total);
                continue;
            }

            _failed.Add((step, number));
            if (!step.IsOpen)
            {
                yield return StepResult.Of(plan, step, number, StepResult.Outcome(step));
            }
        }
    }

    // Newest first: the wave that was reached last goes back first.
    private async IAsyncEnumerable<DeployResult> TakeBackAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var touched = _deployed.Where(done => done.Step.Outcome == "deployed")
            .Concat(_failed.Where(failed => failed.Step.IsOpen)).ToList();
        foreach (var (step, wave) in _deployed.Where(done => done.Step.Outcome == "current"))
        {
            yield return StepResult.Of(plan, step, wave, DeployOutcome.AlreadyCurrent);
        }

        var total = touched.Count;
        foreach (var wave in touched.GroupBy(done => done.Wave).OrderByDescending(group => group.Key))
        {
            var hosts = wave.Select(done => done.Step.Host).ToList();
            var unsure = wave.Where(done => done.Step.IsOpen).Select(done => done.Step.Host.Target.InstanceId).ToHashSet();
            log.Progress($"going back: {string.Join(", ", hosts.Select(h => h.Target.Name))}", total - touched.Count, total);
            var steps = _steps.RunAsync(
                HostOperation.Rollback,
                group => StepParameters.ForRestore(
                    settings, plan, group, $"back-{wave.Key}", token: 0,
                    host => unsure.Contains(host.Target.InstanceId) ? null : host.To,
                    host => host.From),
                hosts,
                "the way back",
                OwnComment.For(OwnComment.Back, $"{plan.DeployId} wave {wave.Key}"),
                cancellationToken);
            await foreach (var step in steps.ConfigureAwait(false))
            {
                var outcome = step.Succeeded ? DeployOutcome.Restored
                    : step.Block is null ? DeployOutcome.Unknown
                    : DeployOutcome.Failed;
                var forward = wave.First(done => done.Step.Host == step.Host).Step;
                yield return StepResult.Of(plan, step, wave.Key, outcome).WithFindingsOf(forward);
            }
        }
    }

    private async IAsyncEnumerable<DeployResult> AsTheyAre()
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var (step, wave) in _deployed.Concat(_failed.Where(failed => failed.Step.IsOpen)))
        {
            yield return StepResult.Of(plan, step, wave, StepResult.Outcome(step));
        }
    }

    private FleetException Summarize(bool wentBack, List<DeployResult> lost)
    {
        var (first, _) = _failed[0];
        var what = $"The deploy of {plan.Wanted} failed on {first.Host}: {StepResult.Headline(first)}.";
        if (lost.Count > 0)
        {
            return new FleetException(
                FailureKind.RestoreFailed,
                $"{what} NOT verified back: {string.Join(", ", lost.Select(r => $"{r.Name} ({r.InstanceId})"))}.",
                "Look at these hosts now: Get-AragoraFleetVersion, Test-AragoraHealth; then Restore-AragoraCommit -CommitSha.",
                first.Host.Target);
        }

        var state = wentBack ? "Every host that was touched is verified back."
            : _deployed.Count > 0 ? $"{_deployed.Count} host(s) stay at {plan.Wanted}."
            : "No other host was touched.";
        return new FleetException(
            FailureKind.DeployFailed,
            $"{what} {state}",
            first.Untouched
                ? "That host was not changed. Clear what its Reason names, then deploy again."
                : "Read the Phase and Reason of the results; fix the release, then deploy again.",
            first.Host.Target);
    }
}
