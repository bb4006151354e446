using System.Collections.Concurrent;

namespace Aragora.Fleet.PowerShell.Session;

/// <summary>The fleet locks of a session: one for an environment at most.</summary>
internal sealed class SessionLocks : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, SessionLock> _locks = new(StringComparer.Ordinal);

    /// <summary>The session's lock of an environment, lost or not; null where it has none, or it has come to its end.</summary>
    public SessionLock? Find(string environment) =>
        _locks.TryGetValue(environment, out var held) && (held.IsLost || !held.IsOver) ? held : null;

    /// <summary>Makes a lock the session's, in place of one that is over.</summary>
    public void Keep(string environment, SessionLock held) => _locks[environment] = held;

    /// <summary>Gives the lock of an environment back.</summary>
    public async Task GiveBackAsync(string environment)
    {
        if (_locks.TryRemove(environment, out var held))
        {
            await held.DisposeAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var environment in _locks.Keys)
        {
            await GiveBackAsync(environment).ConfigureAwait(false);
        }
    }
}
