using System.Globalization;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Rollouts;

/// <summary>The sizes of the waves: counts or percentages of all hosts. The last size repeats until all hosts are taken.</summary>
public sealed class WaveList
{
    private readonly IReadOnlyList<string> _sizes;

    private WaveList(IReadOnlyList<string> sizes) => _sizes = sizes;

    /// <summary>One host first, then a quarter of the fleet at a time.</summary>
    public static WaveList ForDeploy { get; } = Parse(["1", "25%"]);

    /// <summary>Half of the hosts at a time: going back has to be faster than going forward.</summary>
    public static WaveList ForRestore { get; } = Parse(["50%"]);

    /// <summary>Reads sizes such as <c>1</c> and <c>25%</c>; one text may hold several, separated by commas.</summary>
    /// <exception cref="FleetException">WaveInvalid.</exception>
    public static WaveList Parse(IEnumerable<string> texts)
    {
        var sizes = texts.SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries)).ToList();
        foreach (var size in sizes)
        {
            var isPercent = size.EndsWith('%');
            var digits = isPercent ? size[..^1] : size;
            if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ||
                number < 1 || (isPercent && number > 100))
            {
                throw Invalid(size);
            }
        }

        return sizes.Count > 0 ? new WaveList(sizes) : throw Invalid("");
    }

    /// <summary>Cuts the hosts into waves, keeping their order. A percentage is rounded down, but is one host at least.</summary>
    /// <typeparam name="T">What stands for a host.</typeparam>
    public IReadOnlyList<IReadOnlyList<T>> Cut<T>(IReadOnlyList<T> hosts)
    {
        var waves = new List<IReadOnlyList<T>>();
        for (var taken = 0; taken < hosts.Count; taken += waves[^1].Count)
        {
            var size = _sizes[Math.Min(waves.Count, _sizes.Count - 1)];
            var count = size.EndsWith('%')
                ? Math.Max(1, hosts.Count * int.Parse(size[..^1], CultureInfo.InvariantCulture) / 100)
                : int.Parse(size, CultureInfo.InvariantCulture);
            waves.Add([.. hosts.Skip(taken).Take(count)]);
        }

        return waves;
    }

    private static FleetException Invalid(string size) => new(
        FailureKind.WaveInvalid,
        $"'{size}' is no size of a wave.",
        "Give counts from 1 or percentages from 1% to 100%, such as -Wave 1,25%,50%.",
        size);
}
