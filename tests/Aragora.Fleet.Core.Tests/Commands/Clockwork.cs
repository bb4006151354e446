using Microsoft.Extensions.Time.Testing;

namespace Aragora.Fleet.Core.Tests.Commands;

/// <summary>Drives asynchronous work on a fake clock: time moves only while the work waits for it.</summary>
internal sealed class Clockwork
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_limit = TimeSpan.FromHours(3);

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 7, 3, 0, 0, TimeSpan.Zero));

    public async Task<T> RunAsync<T>(Task<T> work)
    {
        var end = Time.GetUtcNow() + s_limit;
        while (!work.IsCompleted)
        {
            Assert.True(Time.GetUtcNow() < end, "The work does not end.");
            for (var i = 0; i < 20 && !work.IsCompleted; i++)
            {
                await Task.Yield();
            }

            Time.Advance(s_tick);
        }

        return await work;
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
}
