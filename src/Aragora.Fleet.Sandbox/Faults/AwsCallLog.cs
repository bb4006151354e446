using System.Collections.Concurrent;

namespace Aragora.Fleet.Sandbox.Faults;

/// <summary>Counts the calls that came in, by API action, those that a fault struck included.</summary>
internal sealed class AwsCallLog
{
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, int> Counts => new SortedDictionary<string, int>(_counts, StringComparer.Ordinal);

    public void Count(string action) => _counts.AddOrUpdate(action, 1, (_, count) => count + 1);
}
