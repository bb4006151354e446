using System.Globalization;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Locks;

/// <summary>
/// Tells whether a run lives, by its fleet lock. The lock of a run whose client was killed looks alive until its TTL is
/// over, so another sign of life is waited for.
/// </summary>
/// <param name="list">Lists the entries of the lock.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told whose lock is waited for, and until when.</param>
public sealed class RunLife(
    Func<CancellationToken, Task<IReadOnlyList<FleetLock>>> list, TimeProvider time, IFleetLog log)
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    /// <summary>Whether a sign of life or of death was waited for.</summary>
    public bool HasWaited { get; private set; }

    /// <summary>The lock of the run, if it lives.</summary>
    /// <param name="deployId">The run.</param>
    /// <param name="patience">So long a sign of life, or of death, is waited for; without either the run counts as alive.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public async Task<FleetLock?> FindAsync(string deployId, TimeSpan patience, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var until = string.Create(CultureInfo.InvariantCulture, $"until {time.GetUtcNow() + patience:HH:mm:ss} UTC at most");
        var seen = new Dictionary<(string Region, long Token), DateTimeOffset>();
        while (true)
        {
            var locks = await list(cancellationToken).ConfigureAwait(false);
            var own = locks.Where(entry => entry is { IsHeld: true, IsDead: false } && entry.DeployId == deployId).ToList();
            foreach (var entry in own)
            {
                if (seen.TryGetValue((entry.Region, entry.Token), out var last) && entry.LastHeartbeat > last)
                {
                    return entry;
                }
            }

            if (own.Count == 0 || time.GetElapsedTime(began) >= patience)
            {
                return own.FirstOrDefault();
            }

            if (seen.Count == 0)
            {
                log.Verbose($"Waiting whether the run {deployId} lives, {until}: its fleet lock is {LockFailures.Holding(own[0])}.");
            }

            log.Progress($"waiting whether {deployId} lives, {until}, {LockFailures.Holding(own[0])}", 0, 0);
            foreach (var entry in own)
            {
                seen[(entry.Region, entry.Token)] = entry.LastHeartbeat;
            }

            HasWaited = true;
            await Task.Delay(s_look, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Says for whose lock somebody would wait.</summary>
    public static string WouldWait(FleetLock entry, TimeSpan patience) =>
        $"The run {entry.DeployId} may live: its fleet lock is {LockFailures.Holding(entry)}. Without -WhatIf this waits {patience:c} "
        + "at most for the lock to turn out dead, and does nothing where it lives.";

    /// <summary>Says who is at the run.</summary>
    public static FleetException Lives(FleetLock entry) => new(
        FailureKind.DeployRunning,
        $"The run {entry.DeployId} is under way: {LockFailures.Holding(entry)}.",
        $"Wait for it, or end it with Stop-AragoraDeploy -DeployId {entry.DeployId}. If its owner is gone, try again once its "
        + "lock is dead, or give -LockWait more time.",
        entry);
}
