using Microsoft.Extensions.Time.Testing;

namespace Aragora.Fleet.Core.Tests.Commands;

/// <summary>
/// Drives asynchronous work on a fake clock: time moves only while the work waits for it. On a machine under load the work
/// may be long in taking up that its wait is over, so after one it is awaited until it waits again.
/// </summary>
internal sealed class Clockwork
{
    private const int SlowestMilliseconds = 200;

    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_limit = TimeSpan.FromHours(3);

    private readonly WatchedTime _time = new(new DateTimeOffset(2026, 3, 7, 3, 0, 0, TimeSpan.Zero));

    private int _calls;

    public FakeTimeProvider Time => _time;

    public async Task<T> RunAsync<T>(Task<T> work)
    {
        var end = Time.GetUtcNow() + s_limit;
        while (!work.IsCompleted)
        {
            Assert.True(Time.GetUtcNow() < end, "The work does not end.");
            for (var i = 0; i < 20 && !work.IsCompleted; i++)
            {
                await Task.Yield();
                i = Volatile.Read(ref _calls) > 0 ? 0 : i;
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

    /// <summary>Counts the waits that begin and those whose time comes.</summary>
    private sealed class WatchedTime(DateTimeOffset start) : FakeTimeProvider(start)
    {
        private int _begun;
        private int _ended;

        public int Begun => Volatile.Read(ref _begun);

        public int Ended => Volatile.Read(ref _ended);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _begun);
            return base.CreateTimer(
                given =>
                {
                    Interlocked.Increment(ref _ended);
                    callback(given);
                },
                state,
                dueTime,
                period);
        }
    }
}
