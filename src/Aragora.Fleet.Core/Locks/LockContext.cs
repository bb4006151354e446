using Aragora.Fleet.Commands;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Locks;

/// <summary>What everything around one request for the lock needs.</summary>
internal sealed record LockContext(
    IParameterStore Store,
    TimeProvider Time,
    IFleetLog Log,
    PollSchedule Schedule,
    Func<double> Jitter,
    LockRequest Request)
{
    public Task DelayAsync(TimeSpan time, CancellationToken cancellationToken) =>
        time > TimeSpan.Zero ? Task.Delay(time, Time, cancellationToken) : Task.CompletedTask;

    public Task<(IReadOnlyList<FleetLock> Locks, DateTimeOffset ServerTime)> ListAsync(
        string region, CancellationToken cancellationToken) =>
        FleetLockService.ListAsync(Store, Request.Environment, region, cancellationToken);
}
