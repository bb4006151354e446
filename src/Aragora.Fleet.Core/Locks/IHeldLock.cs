namespace Aragora.Fleet.Locks;

/// <summary>The fleet lock as its holder sees it. It is kept alive until it is disposed, which gives it back.</summary>
public interface IHeldLock : IAsyncDisposable
{
    /// <summary>
    /// The fencing token for the hosts of a region: it only ever grows, and a host refuses one that is smaller than the
    /// highest it has seen. 0 where there is no fleet lock, since the permission is missing: hosts then only have their own.
    /// </summary>
    long Token(string region);

    /// <summary>Cancelled when the lock is known to be lost: broken by another, or not renewed in time.</summary>
    CancellationToken Lost { get; }

    /// <summary>Asks the service whether the lock is still held, before the next hosts are touched.</summary>
    /// <exception cref="Failures.FleetException">LockLost.</exception>
    Task EnsureHeldAsync(CancellationToken cancellationToken);
}
