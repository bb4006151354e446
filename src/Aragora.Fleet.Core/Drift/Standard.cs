namespace Aragora.Fleet.Drift;

/// <summary>What hosts of one group are held to.</summary>
/// <param name="Value">The release or the digest; null where the group is split and none has the majority.</param>
/// <param name="Text">What it is, for people.</param>
/// <param name="GroupSize">How many hosts of the group told what they have.</param>
internal sealed record Standard(string? Value, string Text, int GroupSize)
{
    /// <summary>
    /// What more than half of a group have, or all that told. One host alone is its own standard. Those that did not tell count as
    /// against it: they may all have the other.
    /// </summary>
    /// <param name="values">What the hosts told.</param>
    /// <param name="silent">How many did not tell.</param>
    public static Standard MajorityOf(IReadOnlyList<string> values, int silent)
    {
        var most = values.GroupBy(value => value, StringComparer.Ordinal).MaxBy(group => group.Count());
        return values.Count switch
        {
            0 => new(null, "no host", 0),
            1 => new(values[0], "no other host", 1),
            _ when most!.Count() == values.Count || most!.Count() * 2 > values.Count + silent => new(most!.Key, $"majority of {values.Count}", values.Count),
            _ => new(null, "no majority", values.Count),
        };
    }
}
