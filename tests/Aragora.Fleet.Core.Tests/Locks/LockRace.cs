using Aragora.Fleet.Failures;
using Aragora.Fleet.Locks;
using Microsoft.Extensions.Time.Testing;

namespace Aragora.Fleet.Core.Tests.Locks;

/// <summary>
/// A race of two to four who do not wait for the fleet lock, the same at each run: their calls and answers go on one at a
/// time, in an order that a seed gives, and time moves only while all wait for it.
/// </summary>
internal sealed class LockRace : IDisposable
{
    // Heartbeats and limits of calls are beyond the end of each race.
    private static readonly TimeSpan s_ttl = TimeSpan.FromHours(2);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _stopped = new(0);
    private readonly AsyncLocal<int> _who = new();
    private readonly Random _random;
    private readonly PausingTime _time;
    private readonly FleetLockService _service;
    private readonly TaskCompletionSource?[] _calls;
    private readonly DateTimeOffset?[] _pauses;

    public LockRace(int seed)
    {
        _random = new Random(seed);
        (_calls, _pauses) = (new TaskCompletionSource?[2 + (seed % 3)], new DateTimeOffset?[2 + (seed % 3)]);
        _time = new PausingTime(due =>
        {
            _pauses[_who.Value] = due;
            _stopped.Release();
        });
        var store = new FakeParameterStore(_time) { OnCall = WaitAsync, OnAnswer = WaitAsync };
        _service = new FleetLockService(store, _time, new RecordingLog(), () => 0.5);
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>How many hold the lock, and how long it took.</returns>
    public async Task<(int Holders, TimeSpan Took)> RunAsync()
    {
        var start = _time.GetUtcNow();
        var attempts = _calls.Select((_, who) => Task.Run(() => AttemptAsync(who))).ToArray();
        for (var moving = attempts.Length; moving > 0;)
        {
            for (; moving > 0; moving--)
            {
                await _stopped.WaitAsync();
            }

            moving = Move();
        }

        return ((await Task.WhenAll(attempts)).Count(held => held is not null), _time.GetUtcNow() - start);
    }

    public void Dispose() => _stopped.Dispose();

    // How many go on: one whose call or answer is due, else those whose pause is the next to end; none at the end.
    private int Move()
    {
        var ready = Enumerable.Range(0, _calls.Length).Where(who => _calls[who] is not null).ToArray();
        if (ready.Length > 0)
        {
            var who = ready[_random.Next(ready.Length)];
            var call = _calls[who]!;
            _calls[who] = null;
            call.SetResult();
            return 1;
        }

        if (_pauses.Min() is not { } next)
        {
            return 0;
        }

        var woken = Enumerable.Range(0, _pauses.Length).Where(who => _pauses[who] == next).ToArray();
        foreach (var who in woken)
        {
            _pauses[who] = null;
        }

        _time.Advance(next - _time.GetUtcNow());
        return woken.Length;
    }

    private async Task<HeldLock?> AttemptAsync(int who)
    {
        _who.Value = who;
        try
        {
            return await _service.TakeAsync(
                new() { Environment = "production", Regions = ["us-east-2"], Owner = $"client {who}", Ttl = s_ttl }, default);
        }
        catch (FleetException e) when (e.Kind == FailureKind.FleetLocked)
        {
            return null;
        }
        finally
        {
            _stopped.Release();
        }
    }

    private Task WaitAsync(string what, string name)
    {
        var call = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls[_who.Value] = call;
        _stopped.Release();
        return call.Task;
    }

    /// <summary>Tells of the pauses between looks, once they have begun.</summary>
    private sealed class PausingTime(Action<DateTimeOffset> began)
        : FakeTimeProvider(new DateTimeOffset(2026, 3, 7, 3, 0, 0, TimeSpan.Zero))
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime < s_longestPause)
            {
                began(GetUtcNow() + dueTime);
            }

            return timer;
        }
    }
}
