using Aragora.Fleet.Failures;
using Aragora.Fleet.Locks;
using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Rollouts.Runs;
using Aragora.Fleet.Rollouts.Signals;

namespace Aragora.Fleet.Rollouts;

/// <summary>
/// One run of one plan: lock, claim, waves, end. It ends with every host verified at the target, or every touched host
/// verified back, or with a result for each host that says what is known of it. Used once.
/// </summary>
public sealed class RolloutRun
{
    private readonly RunServices _services;
    private readonly ChangePlan _plan;
    private readonly Movement _movement;

    /// <param name="services">What it acts through.</param>
    /// <param name="plan">What it does.</param>
    public RolloutRun(RunServices services, ChangePlan plan) =>
        (_services, _plan, _movement) = (services, plan, Movement.Of(plan.Kind));

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
    /// <exception cref="FleetException">The fleet lock was not to be had: nothing was begun.</exception>
    public IAsyncEnumerable<DeployResult> RunAsync(CancellationToken stopRequested, CancellationToken cancellationToken) =>
        ResultStream.Of(emit => RunAsync(new RunBook(_plan, _services.Journal, emit), stopRequested, cancellationToken));

    private async Task RunAsync(RunBook book, CancellationToken stopRequested, CancellationToken cancellationToken)
    {
        WriteDown();
        if (!_plan.HasWork)
        {
            LeaveOut(book);
            TellCurrent(book);
            book.TellRest();
            Failure = new RunSummary(_plan, _movement, book).Of(RunEnd.Complete, wentBack: false);
            return;
        }

        // Until the first host is claimed nothing has been touched, and Ctrl+C ends everything at once.
        using var beginning = CancellationTokenSource.CreateLinkedTokenSource(stopRequested, cancellationToken);
        var held = await _services.TakeLock(_plan, beginning.Token).ConfigureAwait(false);
        await using var disposal = held.ConfigureAwait(false);
        _services.Journal.Add(
            "lock", ("tokens", _plan.Hosts.Select(host => host.Target.Region).Distinct().ToDictionary(r => r, held.Token)));
        LeaveOut(book);
        await RunUnderLockAsync(book, held, stopRequested, beginning.Token, cancellationToken).ConfigureAwait(false);
        _services.Journal.Add("end", ("interrupted", WasInterrupted), ("failure", Failure?.Kind.ToString()), ("why", Failure?.Message));
    }

    private async Task RunUnderLockAsync(
        RunBook book, IHeldLock held, CancellationToken stopRequested, CancellationToken beginning, CancellationToken cancellationToken)
    {
        var watch = new RunWatch(_services, _plan, held, stopRequested);
        var gates = new GateList(_services, _plan, book, AllGates());
        Failure = await ForgetStaleSignalsAsync(beginning).ConfigureAwait(false)
            ?? await gates.BeforeRunAsync(beginning).ConfigureAwait(false);
        var plan = _plan;
        if (Failure is null)
        {
            (plan, Failure) = await new Claim(_services, _plan, _movement, book, held, new Acceptance(_services, _plan))
                .RunAsync(beginning).ConfigureAwait(false);
        }

        TellCurrent(book);
        if (Failure is not null)
        {
            book.TellRest();
            return;
        }

        // What was left out unreachable is in no wave any more; percentages are still of all hosts of the plan.
        gates = new GateList(_services, plan, book, AllGates());
        var back = new TakeBack(_services, plan, book, held, watch);
        var end = await new WaveLoop(_services, plan, _movement, book, held, watch, gates, back).RunAsync(cancellationToken)
            .ConfigureAwait(false);
        await EndAsync(book, back, end, cancellationToken).ConfigureAwait(false);
        var acceptance = new Acceptance(_services, plan);
        if (end.Kind == RunEndKind.Complete && acceptance.IsNeeded)
        {
            await acceptance.WriteDownAsync(book, held, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task EndAsync(RunBook book, TakeBack back, RunEnd end, CancellationToken cancellationToken)
    {
        var goesBack = _movement.HasWayBack && end.GoesBack(_plan.OnFailure);
        IReadOnlyList<TouchedHost> toGoBack = goesBack ? [.. book.Standing, .. book.Broken, .. book.LeftOver]
            : end.SparesTheFailed || !_movement.HasWayBack ? []
            : [.. book.Broken];
        var lost = await back.RunAsync(toGoBack, cancellationToken).ConfigureAwait(false);
        var last = lost ?? end;
        if (last.Kind == RunEndKind.LockLost)
        {
            book.TellNotKnown();
        }

        book.TellRest();
        await ForgetSignalsAsync(last, cancellationToken).ConfigureAwait(false);
        WasInterrupted = end.Kind == RunEndKind.Interrupted;
        Failure = new RunSummary(_plan, _movement, book).Of(last, goesBack);
    }

    // An attempt whose client died may not have heard what was said to it, and this one is not meant: it is told, and not
    // obeyed. An approval still counts, unless somebody denied.
    private async Task<FleetException?> ForgetStaleSignalsAsync(CancellationToken cancellationToken)
    {
        if (_plan.Attempt == 1)
        {
            return null;
        }

        try
        {
            var said = await _services.Signals.ReadAsync(_plan.DeployId, cancellationToken).ConfigureAwait(false);
            var wasDenied = said.Any(signal => signal.Kind == DeploySignalKind.Deny);
            await _services.Signals.ClearAsync(_plan.DeployId, keepApproval: !wasDenied, cancellationToken).ConfigureAwait(false);
            foreach (var signal in said.Where(signal => wasDenied || signal.Kind != DeploySignalKind.Approve))
            {
                _services.Log.Warning(
                    $"{signal.Who} said {signal.Kind} to the attempt before" +
                    $"{(signal.Reason.Length > 0 ? $" ({signal.Reason})" : "")}; this one does not obey it. If it still holds, say it again.");
            }

            return null;
        }
        catch (FleetException e)
        {
            return e;
        }
    }

    // What was said to this attempt is not said to the next; but an approval outlives a run that was only interrupted.
    private async Task ForgetSignalsAsync(RunEnd end, CancellationToken cancellationToken)
    {
        if (end.SparesTheFailed)
        {
            return;
        }

        try
        {
            await _services.Signals.ClearAsync(_plan.DeployId, keepApproval: false, cancellationToken).ConfigureAwait(false);
        }
        catch (FleetException e)
        {
            _services.Log.Verbose($"The signals for {_plan.DeployId} could not be removed: {e.Message}");
        }
    }

    private List<IDeployGate> AllGates()
    {
        var pulses = new PulseReader(_services.Runner, _services.Settings, _services.Log, _services.Time);
        return
        [
            new StatusCheckGate(_services.Instances, _services.Log),
            new MinHealthyGate(pulses),
            .. _services.Gates,
        ];
    }

    private void LeaveOut(RunBook book)
    {
        foreach (var host in _plan.Hosts.Where(host => host.Obstacle is not null))
        {
            book.LeaveOut(host, host.Obstacle!.Message);
        }
    }

    private void TellCurrent(RunBook book)
    {
        foreach (var host in _plan.Hosts.Where(host => host.IsCurrent && !book.IsTold(host)))
        {
            book.Tell(StepResult.Of(_plan, host, DeployOutcome.AlreadyCurrent) with { RunningCommit = host.From });
        }
    }

    private void WriteDown() => _services.Journal.Add(
        "plan",
        ("deploy", _plan.DeployId), ("kind", _movement.Kind.ToString()), ("attempt", _plan.Attempt), ("wanted", _plan.Wanted),
        ("environment", _plan.Environment), ("who", _plan.Who), ("reason", _plan.Reason),
        ("hosts", _plan.Hosts.Select(host => new
        {
            id = host.Target.InstanceId, name = host.Target.Name, region = host.Target.Region, from = host.From, to = host.To,
        }).ToList()),
        ("waves", _plan.Waves.Select(wave => wave.Select(host => host.Target.InstanceId).ToList()).ToList()));
}
