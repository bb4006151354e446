using Aragora.Fleet.Failures;
using Aragora.Fleet.Locks;

namespace Aragora.Fleet.PowerShell.Session;

/// <summary>
/// A fleet lock that belongs to a session: it is kept alive until the session gives it back, or until its own end. Runs of
/// the session work under it and leave it behind.
/// </summary>
internal sealed class SessionLock : IAsyncDisposable
{
    private readonly object _gate = new();
    private readonly HeldLock _held;
    private readonly ITimer? _end;
    private Task _ending = Task.CompletedTask;
    private int _runs;
    private bool _isOver;

    /// <param name="held">The lock, which is the session's from now on.</param>
    /// <param name="regions">Where it holds.</param>
    /// <param name="life">How long the session wants it; null for as long as it lives.</param>
    /// <param name="time">Measures its life.</param>
    public SessionLock(HeldLock held, IReadOnlyList<string> regions, TimeSpan? life, TimeProvider time)
    {
        _held = held;
        Regions = regions;
        _end = life is { } length
            ? time.CreateTimer(_ => _ending = EndAsync(), null, length, Timeout.InfiniteTimeSpan)
            : null;
    }

    public IReadOnlyList<string> Regions { get; }

    /// <summary>Whether it is over: given back, at its end, or lost to another.</summary>
    public bool IsOver => Volatile.Read(ref _isOver) || IsLost;

    /// <summary>Whether another removed it, or it could not be renewed.</summary>
    public bool IsLost => _held.Lost.IsCancellationRequested;

    public long Token(string region) => _held.Token(region);

    /// <summary>The lock for one run, which gives it back to the session.</summary>
    /// <exception cref="FleetException">LockLost.</exception>
    public async Task<IHeldLock> UseAsync(string deployId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // Whoever found it before its end must not take it up after that: it is being given back.
            if (_isOver)
            {
                throw new FleetException(
                    FailureKind.LockLost,
                    "The fleet lock of this session came to its end before the run had begun.",
                    "Lock the fleet again, for longer, or let the run take the lock itself.",
                    deployId);
            }

            _runs++;
        }

        try
        {
            await _held.NameRunAsync(deployId, reason: null, cancellationToken).ConfigureAwait(false);
            return new Loan(this);
        }
        catch
        {
            await ReturnAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _isOver = true;
        }

        // Once this is done the timer starts nothing any more, and what it started is waited for.
        if (_end is not null)
        {
            await _end.DisposeAsync().ConfigureAwait(false);
        }

        try
        {
            await _ending.ConfigureAwait(false);
        }
        finally
        {
            await _held.DisposeAsync().ConfigureAwait(false);
        }
    }

    // A run that is under way keeps the lock to its own end.
    private async Task EndAsync()
    {
        bool isIdle;
        lock (_gate)
        {
            _isOver = true;
            isIdle = _runs == 0;
        }

        if (isIdle)
        {
            await _held.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task ReturnAsync()
    {
        bool isEnd;
        lock (_gate)
        {
            isEnd = --_runs == 0 && _isOver;
        }

        if (isEnd)
        {
            await _held.DisposeAsync().ConfigureAwait(false);
        }
    }

    private sealed class Loan(SessionLock owner) : IHeldLock
    {
        public CancellationToken Lost => owner._held.Lost;

        public long Token(string region) => owner.Token(region);

        public Task EnsureHeldAsync(CancellationToken cancellationToken) => owner._held.EnsureHeldAsync(cancellationToken);

        public async ValueTask DisposeAsync()
        {
            try
            {
                await owner._held.NameRunAsync("", reason: null, CancellationToken.None).ConfigureAwait(false);
            }
            catch (FleetException e) when (e.Kind == FailureKind.LockLost)
            {
                // The run was told; the entry that named it is gone.
            }
            finally
            {
                await owner.ReturnAsync().ConfigureAwait(false);
            }
        }
    }
}
