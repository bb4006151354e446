using Aragora.Fleet.Failures;
using Aragora.Fleet.Locks;
using Aragora.Fleet.Rollouts.Gates;

namespace Aragora.Fleet.Rollouts.Runs;

/// <summary>Wave after wave: what is asked before each, and what is watched after each.</summary>
internal sealed class WaveLoop
{
    private readonly RunServices _services;
    private readonly ChangePlan _plan;
    private readonly Movement _movement;
    private readonly RunBook _book;
    private readonly RunWatch _watch;
    private readonly GateList _gates;
    private readonly TakeBack _back;
    private readonly WaveRunner _waves;
    private readonly Approval _approval;
    private readonly PulseReader _pulses;
    private readonly ErrorBaseline _baseline;

    public WaveLoop(
        RunServices services, ChangePlan plan, Movement movement, RunBook book, IHeldLock held, RunWatch watch, GateList gates,
        TakeBack back)
    {
        (_services, _plan, _movement, _book, _watch, _gates, _back) = (services, plan, movement, book, watch, gates, back);
        _waves = new WaveRunner(services, plan, movement, book, held);
        _approval = new Approval(services, plan, watch);
        _pulses = new PulseReader(services.Runner, services.Settings, services.Log, services.Time);
        _baseline = new ErrorBaseline(_pulses);
    }

    private bool Bakes => _plan.Gates.BakeTime > TimeSpan.Zero;

    /// <summary>Runs all waves, or as many as may be run.</summary>
    public async Task<RunEnd> RunAsync(CancellationToken cancellationToken)
    {
        if (Bakes)
        {
            await _baseline.TakeAsync(_plan, cancellationToken).ConfigureAwait(false);
        }

        // What an earlier attempt did and nobody accepted counts as a wave that is just done.
        if (Watched(0).Count > 0
            && (await _watch.LookAsync(cancellationToken).ConfigureAwait(false)
                ?? await AfterAsync(0, cancellationToken).ConfigureAwait(false)) is { } notAccepted)
        {
            return notAccepted;
        }

        for (var index = 0; index < _plan.Waves.Count; index++)
        {
            if (await BeforeAsync(index, cancellationToken).ConfigureAwait(false) is { } refused)
            {
                return refused;
            }

            await _waves.RunAsync(index, cancellationToken).ConfigureAwait(false);
            if (await AfterAsync(_plan.WaveNumber(index), cancellationToken).ConfigureAwait(false) is { } ended)
            {
                return ended;
            }

            if (!_movement.HasWayBack)
            {
                _book.TellTouched();
            }
        }

        return (_watch.IsLockLost ? await _watch.HoldsAsync(cancellationToken).ConfigureAwait(false) : null) ?? RunEnd.Complete;
    }

    private async Task<RunEnd?> BeforeAsync(int index, CancellationToken cancellationToken)
    {
        if (await _watch.LookAsync(cancellationToken).ConfigureAwait(false) is { } end)
        {
            return end;
        }

        // A resumed run whose canary was done by an earlier attempt may still wait for its approval.
        var canaryWasDone = index == 0 && _book.Standing.Count > 0;
        return await _approval.AwaitAsync(canaryWasDone, cancellationToken).ConfigureAwait(false)
            ?? Ended(await _gates.BeforeWaveAsync(index, cancellationToken).ConfigureAwait(false));
    }

    // The first wave that leaves something standing is what is approved: of a canary that failed there is nothing to see.
    private async Task<RunEnd?> AfterAsync(int number, CancellationToken cancellationToken) =>
        await SettleAsync(cancellationToken).ConfigureAwait(false)
        ?? await BakeAsync(number, cancellationToken).ConfigureAwait(false)
        ?? await GatesAsync(number, cancellationToken).ConfigureAwait(false)
        ?? await _approval.AwaitAsync(Watched(number).Count > 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Ends the run where too much went wrong; else takes back what failed, and lets it go on.</summary>
    private async Task<RunEnd?> SettleAsync(CancellationToken cancellationToken)
    {
        if (_book.WasFenced)
        {
            return new RunEnd(RunEndKind.LockLost, new FleetException(
                FailureKind.LockLost,
                "A host has seen a later holder of the fleet lock, so this run has lost it.",
                "See Get-AragoraFleetLock.",
                _plan.Environment));
        }

        if (_book.IsBeyondBudget)
        {
            return _watch.IsStopped ? RunEnd.Interrupted : RunEnd.BeyondBudget;
        }

        if (_book.Broken.Count == 0 || !_movement.HasWayBack)
        {
            return null;
        }

        return _watch.IsStopped
            ? RunEnd.Interrupted
            : await _back.RunAsync([.. _book.Broken], cancellationToken).ConfigureAwait(false);
    }

    private async Task<RunEnd?> BakeAsync(int number, CancellationToken cancellationToken)
    {
        if (!Bakes)
        {
            return null;
        }

        var bake = new Bake(_pulses, _services.Time, _plan, _baseline);
        while (Watched(number) is { Count: > 0 } watched && !bake.IsOver)
        {
            _services.Log.Progress($"baking {string.Join(", ", watched.Select(host => host.Plan.Target.Name))}", 0, 0);
            await _watch.PauseAsync(bake.Pause, cancellationToken).ConfigureAwait(false);
            if (await _watch.LookAsync(cancellationToken).ConfigureAwait(false) is { } end)
            {
                return end;
            }

            foreach (var fault in await bake.LookAsync(watched, _book.Touched, cancellationToken).ConfigureAwait(false))
            {
                _book.Fail(fault);
            }

            if (await SettleAsync(cancellationToken).ConfigureAwait(false) is { } failed)
            {
                return failed;
            }
        }

        return null;
    }

    private async Task<RunEnd?> GatesAsync(int number, CancellationToken cancellationToken)
    {
        var refusal = await _gates.AfterWaveAsync(number, Watched(number), cancellationToken).ConfigureAwait(false);
        // A gate of the user's that Ctrl+C cut short has judged nothing.
        return await SettleAsync(cancellationToken).ConfigureAwait(false)
            ?? Ended(refusal)
            ?? (_watch.IsStopped && _services.HasUserGates ? RunEnd.Interrupted : null);
    }

    private List<TouchedHost> Watched(int number) =>
        [.. _book.Standing.Where(host => host.Wave == number && (number > 0 || host.Plan.AwaitsAcceptance))];

    private static RunEnd? Ended(FleetException? refusal) =>
        refusal is null ? null : new RunEnd(RunEndKind.Failed, refusal);
}
