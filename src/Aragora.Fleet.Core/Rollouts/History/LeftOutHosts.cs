using System.Globalization;

namespace Aragora.Fleet.Rollouts.History;

/// <summary>The hosts that a run left out, since they could not be reached, as its record keeps them.</summary>
/// <param name="Count">How many.</param>
/// <param name="Ids">The first of them, by instance id.</param>
internal sealed record LeftOutHosts(int Count, IReadOnlyList<string> Ids)
{
    // The answer of a host has room for no more.
    private const int MaxKept = 10;

    public static LeftOutHosts Of(IEnumerable<HostPlan> hosts)
    {
        var ids = hosts.Select(host => host.InstanceId).ToList();
        return new(ids.Count, [.. ids.Take(MaxKept)]);
    }

    /// <summary>All but these, which know the run after all: only the answer to its claim was lost.</summary>
    public LeftOutHosts Without(IEnumerable<string> known)
    {
        var ids = Ids.Except(known, StringComparer.Ordinal).ToList();
        return new(Count - Ids.Count + ids.Count, ids);
    }

    /// <summary>Reads what <see cref="ToString"/> wrote; none where it is no such text.</summary>
    public static LeftOutHosts Parse(string? text) =>
        text?.Split(' ') is [var first, .. var ids] && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? new(count, ids)
            : new(0, []);

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', [$"{Count}", .. Ids]);
}
