namespace Aragora.Fleet.Locks;

/// <summary>The entries that hold the lock, one in each region where there is one.</summary>
public sealed class HeldLock : IHeldLock
{
    private readonly IReadOnlyList<LockEntry> _entries;
    private readonly CancellationTokenSource _lost;

    internal HeldLock(IReadOnlyList<LockEntry> entries)
    {
        _entries = entries;
        _lost = CancellationTokenSource.CreateLinkedTokenSource(
            [CancellationToken.None, .. entries.Select(entry => entry.Lost)]);
    }

    /// <inheritdoc/>
    public CancellationToken Lost => _lost.Token;

    /// <inheritdoc/>
    public long Token(string region) => _entries.FirstOrDefault(entry => entry.Region == region)?.Token ?? 0;

    /// <inheritdoc/>
    public Task EnsureHeldAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_entries.Select(entry => entry.EnsureAsync(cancellationToken)));

    /// <summary>Says which run works under the lock from now on, by which others find it.</summary>
    /// <param name="deployId">The run; empty for none.</param>
    /// <param name="reason">Why; null for what was said when the lock was taken.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="Failures.FleetException">LockLost.</exception>
    public Task NameRunAsync(string deployId, string? reason, CancellationToken cancellationToken) => Task.WhenAll(_entries.Select(
        entry => entry.ChangeAsync(
            content => content with { DeployId = deployId, Reason = reason ?? content.Reason }, cancellationToken)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var entry in _entries.Reverse())
        {
            await entry.DisposeAsync().ConfigureAwait(false);
        }
    }
}
