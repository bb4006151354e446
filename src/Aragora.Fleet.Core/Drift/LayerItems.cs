using System.Security.Cryptography;
using System.Text;

namespace Aragora.Fleet.Drift;

/// <summary>
/// What a layer of one host consists of: settings and files by name with a digest of each, or packages with their version.
/// </summary>
internal sealed record LayerItems(DriftKind Kind, IReadOnlyDictionary<string, string> ByName)
{
    private const int DigestLength = 8;
    private const int MaxNames = 10;

    /// <summary>Reads the lines of a layer; null where they are not all there, or not those that a digest was made of.</summary>
    /// <param name="kind">The layer.</param>
    /// <param name="text">What the host told: lines <c>kind, name, digest</c>, of any layers.</param>
    /// <param name="salt">The salt of the run.</param>
    /// <param name="sum">The digest that the host gave of the layer.</param>
    public static LayerItems? Read(DriftKind kind, string text, string salt, string sum)
    {
        var lines = text.Split('\n')
            .Where(line => line.StartsWith($"{kind}\t", StringComparison.Ordinal))
            .Select(line => line[($"{kind}".Length + 1)..])
            .ToList();
        var whole = string.Concat(lines.Select(line => line + "\n"));
        var digest = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{salt}\n{whole}")))[..DigestLength];
        if (!digest.Equals(sum, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var items = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var tab = line.LastIndexOf('\t');
            items[tab < 0 ? line : line[..tab]] = tab < 0 ? "" : line[(tab + 1)..];
        }

        return new LayerItems(kind, items);
    }

    /// <summary>What differs from other items: how much, and for people what should be there and what is.</summary>
    public (int Count, string Expected, string Actual) DifferenceFrom(LayerItems wanted)
    {
        var names = ByName.Keys.Union(wanted.ByName.Keys, StringComparer.Ordinal)
            .Where(name => ByName.GetValueOrDefault(name) != wanted.ByName.GetValueOrDefault(name))
            .Order(StringComparer.Ordinal)
            .ToList();
        // Of a file that only one of the two has, its settings need not be named.
        var alone = names.Where(name => !name.Contains(' ', StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
        names.RemoveAll(name => name.IndexOf(' ', StringComparison.Ordinal) is > 0 and var end && alone.Contains(name[..end]));
        return (
            names.Count,
            Join(names.Where(wanted.ByName.ContainsKey).Select(name => Told(name, wanted))),
            Join(names.Select(name => ByName.ContainsKey(name)
                ? Told(name, this) + (wanted.ByName.ContainsKey(name) ? Changed : " (extra)")
                : $"{name} (missing)")));
    }

    private string Changed => Kind == DriftKind.PackageSet ? "" : " (another)";

    private string Told(string name, LayerItems from) => Kind == DriftKind.PackageSet ? $"{name} {from.ByName[name]}" : name;

    private static string Join(IEnumerable<string> names)
    {
        var all = names.ToList();
        return all.Count switch
        {
            0 => "none of these",
            <= MaxNames => string.Join(", ", all),
            _ => $"{string.Join(", ", all.Take(MaxNames))} and {all.Count - MaxNames} more",
        };
    }
}
