using Aragora.Fleet.Commands;
using Microsoft.Extensions.Time.Testing;

namespace Aragora.Fleet.Core.Tests.Commands;

public sealed class RateLimiterTests
{
    // Real time, only ever spent when the limiter is wrong.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_burst_goes_at_once_and_the_next_call_waits()
    {
        var limiter = new RateLimiter(_time, callsPerSecond: 2, burst: 3);

        Assert.All(Enumerable.Range(0, 3), _ => Assert.True(limiter.WaitAsync(default).IsCompleted));
        var next = limiter.WaitAsync(default);
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        await next.WaitAsync(s_patience);
    }

    [Fact]
    public async Task Throttling_halves_the_rate_until_it_has_been_quiet()
    {
        var limiter = new RateLimiter(_time, callsPerSecond: 2, burst: 1);
        limiter.SlowDown();

        var slowed = limiter.WaitAsync(default);
        _time.Advance(TimeSpan.FromMilliseconds(900));
        Assert.False(slowed.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(100));
        await slowed.WaitAsync(s_patience);

        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.True(limiter.WaitAsync(default).IsCompleted);
        var restored = limiter.WaitAsync(default);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        await restored.WaitAsync(s_patience);
    }
}
