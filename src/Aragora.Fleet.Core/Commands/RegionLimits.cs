using System.Collections.Concurrent;

namespace Aragora.Fleet.Commands;

/// <summary>The rate limiters of Systems Manager, one for each region; kept for the life of a connection.</summary>
/// <param name="time">The clock.</param>
public sealed class RegionLimits(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, RateLimiter> _limiters = new(StringComparer.Ordinal);

    /// <summary>The limiter of a region.</summary>
    public RateLimiter For(string region) => _limiters.GetOrAdd(region, _ => new RateLimiter(time));
}
