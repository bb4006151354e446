using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Locks;

/// <summary>
/// The way to the lock of one region. The lowest token that lives is the holder's, but a token and its entry are made in
/// two steps, so a slow contender may come with a lower token than the holder's. Therefore an entry is first marked as
/// held, and counts once a list made after that shows no lower one; and nobody marks an entry who sees a marked one with a
/// higher token. Of two, one then always sees the other. docs/decisions/0010-fleet-lock.md has the proof.
/// </summary>
internal sealed class LockContest(LockContext context, string region, long began) : IAsyncDisposable
{
    private const int MaxTries = 10;

    private readonly LockRequest _request = context.Request;
    private LockEntry? _entry;
    private bool _isMarked;
    private long _toldOf;

    /// <summary>Takes the lock, waiting for others as long as the request allows.</summary>
    /// <returns>One's own entry, which holds the lock; null where the permission for locks is missing.</returns>
    /// <exception cref="FleetException">FleetLocked, and what the service answers.</exception>
    public async Task<LockEntry?> WinAsync(CancellationToken cancellationToken)
    {
        if (!await EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        var idle = 0;
        while (await StepAsync(cancellationToken).ConfigureAwait(false) is { } hasMoved)
        {
            if (hasMoved)
            {
                idle = 0;
                continue;
            }

            await context.DelayAsync(context.Schedule.After(idle++, context.Jitter()), cancellationToken)
                .ConfigureAwait(false);
        }

        var won = _entry;
        _entry = null;
        return won;
    }

    /// <summary>Takes one's own entry away, unless it has won.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_entry is { } entry)
        {
            (_entry, _isMarked) = (null, false);
            await entry.DisposeAsync().ConfigureAwait(false);
        }
    }

    // Null: won. True: the entry has changed, and it is worth looking again at once. False: others are in the way.
    private async Task<bool?> StepAsync(CancellationToken cancellationToken)
    {
        if (await LookAsync(cancellationToken).ConfigureAwait(false) is not { } look)
        {
            return false;
        }

        var (others, serverTime) = look;
        var lower = others.FirstOrDefault(other => other.Token < _entry!.Token);
        var holder = others.FirstOrDefault(other => other.IsHeld);
        if (_isMarked)
        {
            if (lower is null)
            {
                // The list may have come late, and then says nothing of who was passed by since.
                return _entry!.IsAlive ? null : true;
            }

            if (holder?.Token < _entry!.Token)
            {
                await MarkAsync(null, cancellationToken).ConfigureAwait(false);
                return true;
            }
        }
        else if (holder?.Token > _entry!.Token)
        {
            ThrowIfLate(holder);
            await DisposeAsync().ConfigureAwait(false);
            await TakeTokenAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        else if (lower is null)
        {
            await MarkAsync(serverTime, cancellationToken).ConfigureAwait(false);
            return true;
        }

        // Who is marked goes before all that are marked above.
        var ahead = _isMarked ? lower : holder ?? lower;
        Tell(ahead);
        ThrowIfLate(ahead);
        return false;
    }

    // The first look costs no write, and settles most cases of a lock that is held.
    private async Task<bool> EnterAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (locks, _) = await context.ListAsync(region, cancellationToken).ConfigureAwait(false);
            if (_request.Wait <= TimeSpan.Zero
                && locks.FirstOrDefault(entry => entry is { IsHeld: true, IsDead: false }) is { } holder)
            {
                throw LockFailures.Locked(holder);
            }

            await TakeTokenAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (FleetException e) when (e.Kind == FailureKind.AccessDenied)
        {
            context.Log.Warning(
                $"There is no fleet lock in {region}, only the locks of the hosts: {e.Message} "
                + "Two deploys at once are told apart by each host alone.");
            return false;
        }
    }

    private async Task TakeTokenAsync(CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                var token = await context.Store.PutAsync(
                    region, LockPath.Counter(_request.Environment), _request.Owner, ParameterWrite.Replace, cancellationToken)
                    .ConfigureAwait(false);
                _entry = new LockEntry(context, region, token!.Value);
                if (await _entry.CreateAsync(cancellationToken).ConfigureAwait(false))
                {
                    context.Log.Verbose($"Token {token} of {LockFailures.Name(_request.Environment)} in {region}.");
                    return;
                }

                // Another's, of a time before the counter was deleted by hand: not to be deleted as one's own.
                _entry = null;
            }
            catch (FleetException e)
            {
                await DisposeAsync().ConfigureAwait(false);
                if (e.Kind != FailureKind.ServiceThrottled || tries == MaxTries)
                {
                    throw;
                }

                await context.DelayAsync(context.Schedule.After(tries, context.Jitter()), cancellationToken)
                    .ConfigureAwait(false);
            }
        }
    }

    // The others who live, lowest token first; null where the look brought nothing.
    private async Task<(IReadOnlyList<FleetLock> Others, DateTimeOffset ServerTime)?> LookAsync(
        CancellationToken cancellationToken)
    {
        try
        {
            if (!_entry!.IsAlive)
            {
                context.Log.Verbose($"Token {_entry.Token} in {region} is lost; another one is taken.");
                await DisposeAsync().ConfigureAwait(false);
                await TakeTokenAsync(cancellationToken).ConfigureAwait(false);
            }

            var (locks, serverTime) = await context.ListAsync(region, cancellationToken).ConfigureAwait(false);
            if (!locks.Any(entry => entry.Token == _entry!.Token))
            {
                // The list lags, or the entry was removed: only a renewal tells the two apart.
                await _entry!.EnsureAsync(cancellationToken).ConfigureAwait(false);
                return null;
            }

            // Before the lock is held: a sleeper that wakes up then finds that it has lost, and does not find itself alone.
            foreach (var dead in locks.Where(entry => entry.IsDead && entry.Token != _entry!.Token))
            {
                await FleetLockService.BuryAsync(context.Store, context.Log, dead, cancellationToken).ConfigureAwait(false);
            }

            return ([.. locks.Where(entry => !entry.IsDead && entry.Token != _entry!.Token)], serverTime);
        }
        catch (FleetException e) when (_entry is not null
            && e.Kind is FailureKind.ServiceThrottled or FailureKind.ServiceUnavailable or FailureKind.LockLost)
        {
            context.Log.Debug($"No look at the fleet lock in {region}: {e.Message}");
            return null;
        }
    }

    private async Task MarkAsync(DateTimeOffset? since, CancellationToken cancellationToken)
    {
        try
        {
            await _entry!.ChangeAsync(content => content with { Since = since }, cancellationToken).ConfigureAwait(false);
            _isMarked = since is not null;
        }
        catch (FleetException e) when (e.Kind == FailureKind.LockLost)
        {
            // The next look finds it missing, and takes another token.
            context.Log.Debug(e.Message);
        }
    }

    // Who is not the holder yet will be it, or go, in a moment: without that, two at once could refuse each other.
    private void ThrowIfLate(FleetLock other)
    {
        var patience = other.IsHeld ? _request.Wait : _request.Wait + _request.Ttl;
        if (context.Time.GetElapsedTime(began) >= patience)
        {
            throw LockFailures.Locked(other);
        }
    }

    private void Tell(FleetLock other)
    {
        if (other.Token != _toldOf)
        {
            _toldOf = other.Token;
            context.Log.Verbose($"Waiting for the fleet lock of {LockFailures.Place(other)}, {LockFailures.Holding(other)}.");
        }

        context.Log.Progress($"waiting for the fleet lock in {region}, {LockFailures.Holding(other)}", 0, 0);
    }
}
