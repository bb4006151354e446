using Microsoft.Extensions.Time.Testing;

namespace Aragora.Fleet.Core.Tests.Commands;

/// <summary>
/// Drives asynchronous work on a fake clock: time moves only while the work waits for it. However slow the machine is, work
/// that is busy sees no time pass, unless another part of it waits.
/// </summary>
internal sealed class Clockwork
{
    private const int SlowestMilliseconds = 200;

    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_limit = TimeSpan.FromHours(3);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly WatchedTime _time = new(new DateTimeOffset(2026, 3, 7, 3, 0, 0, TimeSpan.Zero));

    private int _calls;

    public FakeTimeProvider Time => _time;

    public async Task<T> RunAsync<T>(Task<T> work)
    {
        var end = Time.GetUtcNow() + s_limit;
        while (!work.IsCompleted)
        {
            Assert.True(Time.GetUtcNow() < end, "The work does not end.");
            await WaitingAsync(work);
            if (work.IsCompleted)
            {
                break;
            }

            var (ended, begun) = (_time.Ended, _time.Begun);
            Time.Advance(s_tick);
            var until = Environment.TickCount64 + SlowestMilliseconds;
            while (_time.Ended > ended && _time.Begun == begun && !work.IsCompleted && Environment.TickCount64 < until)
            {
                await Task.Yield();
            }
        }

        return await work;
    }

    /// <summary>Does what takes no time: the clock stands still until it is done.</summary>
    public async Task AtOnceAsync(Func<Task> call)
    {
        Interlocked.Increment(ref _calls);
        try
        {
            await call();
        }
        finally
        {
            Interlocked.Decrement(ref _calls);
        }
    }

    public static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
        {
            list.Add(item);
        }

        return list;
    }

    /// <summary>Until the work waits for the clock, or is done.</summary>
    private async Task WaitingAsync(Task work)
    {
        var began = Environment.TickCount64;
        for (var i = 0; i < 20 && !work.IsCompleted; i++)
        {
            await Task.Yield();
            if (Volatile.Read(ref _calls) > 0 || _time.Waiting == 0)
            {
                Assert.True(
                    Environment.TickCount64 - began < s_patience.TotalMilliseconds, "The work waits, but not for this clock.");
                i = 0;
            }
        }
    }

    /// <summary>Counts the waits that begin, those under way and those whose time comes.</summary>
    private sealed class WatchedTime(DateTimeOffset start) : FakeTimeProvider(start)
    {
        private int _begun;
        private int _ended;
        private int _waiting;

        public int Begun => Volatile.Read(ref _begun);

        public int Ended => Volatile.Read(ref _ended);

        public int Waiting => Volatile.Read(ref _waiting);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _begun);
            var watched = new WatchedTimer(this);
            watched.Set(dueTime);
            watched.Timer = base.CreateTimer(
                given =>
                {
                    Interlocked.Increment(ref _ended);
                    watched.Set(period);
                    callback(given);
                },
                state,
                dueTime,
                period);
            return watched;
        }

        private sealed class WatchedTimer(WatchedTime time) : ITimer
        {
            private int _isWaiting;

            public ITimer? Timer { get; set; }

            public void Set(TimeSpan dueTime)
            {
                var waits = dueTime == Timeout.InfiniteTimeSpan ? 0 : 1;
                Interlocked.Add(ref time._waiting, waits - Interlocked.Exchange(ref _isWaiting, waits));
            }

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                Set(dueTime);
                return Timer!.Change(dueTime, period);
            }

            public void Dispose()
            {
                Set(Timeout.InfiniteTimeSpan);
                Timer!.Dispose();
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
