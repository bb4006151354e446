using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Locks;

/// <summary>
/// One's own entry in one region, from its creation on kept alive by a heartbeat at a third of its TTL. Whether its owner
/// holds the lock or waits for it makes no difference here.
/// </summary>
internal sealed class LockEntry : IAsyncDisposable
{
    private const int MaxRemovals = 5;

    private readonly LockContext _context;
    private readonly string _region;
    private readonly string _name;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private Task _heartbeat = Task.CompletedTask;
    private LockContent _content;
    private string _why = "it was given back";
    private long _version;
    private long _renewedAt;

    public LockEntry(LockContext context, string region, long token)
    {
        _context = context;
        _region = region;
        Token = token;
        _name = LockPath.Entry(context.Request.Environment, token);
        _content = new LockContent
        {
            Id = Guid.NewGuid().ToString("N"),
            Owner = context.Request.Owner,
            Reason = context.Request.Reason,
            DeployId = context.Request.DeployId,
            TtlSeconds = context.Request.Ttl.TotalSeconds,
        };
    }

    /// <summary>Where.</summary>
    public string Region => _region;

    /// <summary>The fencing token, which is the place in the queue too.</summary>
    public long Token { get; }

    /// <summary>Cancelled when the entry is known to be gone, or dead to others.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Whether it is neither gone, as far as is known, nor dead to others.</summary>
    public bool IsAlive => !_lost.IsCancellationRequested && Left > TimeSpan.Zero;

    // By the time of the request, and by a clock that nobody sets: others count from a later moment.
    private TimeSpan Left => _context.Request.Ttl - _context.Time.GetElapsedTime(_renewedAt);

    /// <summary>Creates the entry, and keeps it alive from then on.</summary>
    /// <returns>False where another entry has the name.</returns>
    public async Task<bool> CreateAsync(CancellationToken cancellationToken)
    {
        _renewedAt = _context.Time.GetTimestamp();
        var version = await _context.Store
            .PutAsync(_region, _name, StoredJson.Write(_content), ParameterWrite.Create, cancellationToken).ConfigureAwait(false);
        // A create that was carried out but not answered is sent again by the SDK, and then finds its own work.
        if (version is null && !await IsListedAsync(cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        _version = version ?? 1;
        _heartbeat = Task.Run(KeepAliveAsync, CancellationToken.None);
        return true;
    }

    /// <summary>Changes what the entry says. It counts as a heartbeat.</summary>
    /// <exception cref="FleetException">LockLost.</exception>
    public Task ChangeAsync(Func<LockContent, LockContent> change, CancellationToken cancellationToken) =>
        RenewAsync(change, cancellationToken);

    /// <summary>Renews the entry, which only succeeds where it still is there.</summary>
    /// <exception cref="FleetException">LockLost.</exception>
    public Task EnsureAsync(CancellationToken cancellationToken) => RenewAsync(content => content, cancellationToken);

    /// <summary>Ends the heartbeat and deletes the entry.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _heartbeat.ConfigureAwait(false);
        await RemoveAsync().ConfigureAwait(false);
    }

    private async Task KeepAliveAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(_context.Request.Ttl / 3, _context.Time, _stop.Token).ConfigureAwait(false);
                await EnsureAsync(_stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Given back.
        }
        catch (FleetException)
        {
            // Lost, which those who look at the token see.
        }
    }

    // A service that does not answer is asked again until the entry would be dead to others.
    private async Task RenewAsync(Func<LockContent, LockContent> change, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var content = change(_content);
            for (var failures = 0; !_lost.IsCancellationRequested; failures++)
            {
                if (Left <= TimeSpan.Zero)
                {
                    Lose($"it could not be renewed within {_context.Request.Ttl.TotalSeconds:0.#} s");
                }
                else if (await TryRenewAsync(content, cancellationToken).ConfigureAwait(false))
                {
                    _content = content;
                    return;
                }
                else if (!_lost.IsCancellationRequested)
                {
                    var pause = _context.Schedule.After(failures, _context.Jitter());
                    await _context.DelayAsync(pause < Left ? pause : Left, cancellationToken).ConfigureAwait(false);
                }
            }

            throw LockFailures.Lost(_context.Request.Environment, _region, Token, _why);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<bool> TryRenewAsync(LockContent content, CancellationToken cancellationToken)
    {
        using var end = new CancellationTokenSource(Left, _context.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellationToken);
        var began = _context.Time.GetTimestamp();
        try
        {
            var version = await _context.Store
                .PutAsync(_region, _name, StoredJson.Write(content), ParameterWrite.Update, limit.Token).ConfigureAwait(false);
            if (version is null || version <= _version)
            {
                LoseToAnother();
                return false;
            }

            (_version, _renewedAt) = (version.Value, began);
            return true;
        }
        catch (FleetException)
        {
            await LookAsync(limit.Token, cancellationToken).ConfigureAwait(false);
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    // A name that was deleted a moment ago is refused as if there were too many calls.
    private async Task LookAsync(CancellationToken limit, CancellationToken cancellationToken)
    {
        try
        {
            if (!await IsListedAsync(limit).ConfigureAwait(false))
            {
                LoseToAnother();
            }
        }
        catch (FleetException)
        {
            // Not even the list can be had: it says nothing about the entry.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The list did not come before the time of the lock was up.
        }
    }

    private async Task<bool> IsListedAsync(CancellationToken cancellationToken)
    {
        var (locks, _) = await _context.ListAsync(_region, cancellationToken).ConfigureAwait(false);
        return locks.Any(entry => entry.Token == Token && entry.Id == _content.Id);
    }

    private void LoseToAnother() => Lose("its entry was removed by another");

    private void Lose(string why)
    {
        _why = why;
        _lost.Cancel();
    }

    private async Task RemoveAsync()
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                await _context.Store.DeleteAsync(_region, _name, CancellationToken.None).ConfigureAwait(false);
                return;
            }
            catch (FleetException) when (_version == 0)
            {
                // As far as is known it never came to be.
                return;
            }
            catch (FleetException e) when (failures + 1 >= MaxRemovals || e.Kind == FailureKind.AccessDenied)
            {
                _context.Log.Warning(
                    $"The entry {_name} of the fleet lock in {_region} could not be removed ({e.Message}); "
                    + $"it is dead {_context.Request.Ttl.TotalSeconds:0.#} s after its last heartbeat.");
                return;
            }
            catch (FleetException)
            {
                await _context.DelayAsync(_context.Schedule.After(failures, _context.Jitter()), CancellationToken.None)
                    .ConfigureAwait(false);
            }
        }
    }
}
