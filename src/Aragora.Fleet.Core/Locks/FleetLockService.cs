using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Locks;

/// <summary>
/// The lock of an environment: who holds it may change its hosts. It lives in Parameter Store, one in each region, and
/// dies with its holder's heartbeat.
/// </summary>
/// <param name="store">Holds the entries.</param>
/// <param name="time">Measures waits and heartbeats. Whether another's entry lives is told by the service's clock alone.</param>
/// <param name="log">Told of every decision.</param>
/// <param name="jitter">A number from 0 to 1, which spreads clients out.</param>
/// <param name="schedule">How often to look while waiting; the usual one where it is left out.</param>
public sealed class FleetLockService(
    IParameterStore store, TimeProvider time, IFleetLog log, Func<double> jitter, PollSchedule? schedule = null)
{
    /// <summary>Takes the lock in all regions, or in none.</summary>
    /// <returns>The lock, kept alive until it is disposed.</returns>
    /// <exception cref="FleetException">FleetLocked, and what the service answers.</exception>
    public async Task<HeldLock> TakeAsync(LockRequest request, CancellationToken cancellationToken)
    {
        var context = new LockContext(store, time, log, schedule ?? new PollSchedule(), jitter, request);
        var began = time.GetTimestamp();
        var entries = new List<LockEntry>();
        try
        {
            // In one order for all, so that no two wait for each other.
            foreach (var region in request.Regions.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                var contest = new LockContest(context, region, began);
                await using var end = contest.ConfigureAwait(false);
                if (await contest.WinAsync(cancellationToken).ConfigureAwait(false) is { } entry)
                {
                    entries.Add(entry);
                }
            }

            return new HeldLock(entries);
        }
        catch
        {
            await new HeldLock(entries).DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>All entries, in the order of their tokens: the holder, those who wait, and the dead.</summary>
    public async Task<IReadOnlyList<FleetLock>> ListAsync(
        string environment, IReadOnlyList<string> regions, CancellationToken cancellationToken)
    {
        var lists = await Task.WhenAll(regions.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(region => ListAsync(store, environment, region, cancellationToken))).ConfigureAwait(false);
        return [.. lists.SelectMany(list => list.Locks)];
    }

    /// <summary>Removes an entry, whoever's it is. Its owner finds out at its next heartbeat.</summary>
    public Task RemoveAsync(FleetLock entry, CancellationToken cancellationToken) =>
        store.DeleteAsync(entry.Region, LockPath.Entry(entry.Environment, entry.Token), cancellationToken);

    /// <summary>Removes the dead entries of a run, and warns of who held the lock. One that lives is never removed.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="regions">The regions.</param>
    /// <param name="deployId">The run.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task BuryAsync(
        string environment, IReadOnlyList<string> regions, string deployId, CancellationToken cancellationToken)
    {
        var entries = await ListAsync(environment, regions, cancellationToken).ConfigureAwait(false);
        foreach (var dead in entries.Where(entry => entry.IsDead && entry.DeployId == deployId))
        {
            await BuryAsync(store, log, dead, cancellationToken).ConfigureAwait(false);
        }
    }

    internal static async Task BuryAsync(
        IParameterStore store, IFleetLog log, FleetLock dead, CancellationToken cancellationToken)
    {
        await store.DeleteAsync(dead.Region, LockPath.Entry(dead.Environment, dead.Token), cancellationToken)
            .ConfigureAwait(false);
        if (dead.IsHeld)
        {
            log.Warning(LockFailures.Buried(dead));
        }
    }

    internal static async Task<(IReadOnlyList<FleetLock> Locks, DateTimeOffset ServerTime)> ListAsync(
        IParameterStore store, string environment, string region, CancellationToken cancellationToken)
    {
        var listing = await store.ListAsync(region, LockPath.Entries(environment), cancellationToken).ConfigureAwait(false);
        return (
            [.. listing.Items
                .Select(item => FleetLock.From(environment, region, item, listing.ServerTime))
                .OfType<FleetLock>()
                .OrderBy(entry => entry.Token)],
            listing.ServerTime);
    }
}
