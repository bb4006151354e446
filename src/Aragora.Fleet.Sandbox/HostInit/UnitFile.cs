using System.Text;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>The assignments of a unit and its drop-ins, in the order in which systemd applies them.</summary>
internal sealed class UnitFile
{
    private readonly List<(string Section, string Key, string Value)> _entries = [];

    public required string FragmentPath { get; init; }

    public required IReadOnlyList<string> DropInPaths { get; init; }

    /// <summary>Reads a unit; null when there is none of this name.</summary>
    public static UnitFile? Load(string unitDirectory, string unit)
    {
        var fragment = Path.Combine(unitDirectory, unit);
        if (!File.Exists(fragment))
            return null;
        var dropInDirectory = fragment + ".d";
        var dropIns = Directory.Exists(dropInDirectory)
            ? Directory.GetFiles(dropInDirectory, "*.conf").Order(StringComparer.Ordinal).ToArray()
            : [];
        var file = new UnitFile { FragmentPath = fragment, DropInPaths = dropIns };
        foreach (var path in dropIns.Prepend(fragment))
            file.Read(File.ReadAllLines(path));
        return file;
    }

    /// <summary>The command of a transient unit, word by word; null where ExecStart has it.</summary>
    public string[]? Command { get; private init; }

    /// <summary>The assignments of a transient unit, which need no quoting.</summary>
    public IReadOnlyList<string> SetEnvironment { get; private init; } = [];

    /// <summary>A unit that exists in memory only.</summary>
    public static UnitFile Transient(
        IEnumerable<(string Section, string Key, string Value)> entries,
        string[] command, IReadOnlyList<string> environment)
    {
        var file = new UnitFile
        {
            FragmentPath = "", DropInPaths = [], Command = command, SetEnvironment = environment,
        };
        file._entries.AddRange(entries);
        return file;
    }

    /// <summary>The last assignment wins.</summary>
    public string? Value(string section, string key) => Values(section, key) is [.., var last] ? last : null;

    /// <summary>All assignments of a list; an empty one resets it.</summary>
    public IReadOnlyList<string> Values(string section, string key)
    {
        var values = new List<string>();
        foreach (var entry in _entries.Where(entry => entry.Section == section && entry.Key == key))
        {
            if (entry.Value.Length == 0)
                values.Clear();
            else
                values.Add(entry.Value);
        }

        return values;
    }

    /// <summary>Words as systemd splits them: quotes hold words together, <c>%%</c> is a percent sign.</summary>
    public static string[] SplitWords(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quote, inWord) = ('\0', false);
        foreach (var c in text.Replace("%%", "%") + " ")
        {
            if (c == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && c is ('"' or '\''))
            {
                (quote, inWord) = (c, true);
            }
            else if (quote != '\0' || c is not (' ' or '\t'))
            {
                word.Append(c);
                inWord = true;
            }
            else if (inWord)
            {
                words.Add(word.ToString());
                word.Clear();
                inWord = false;
            }
        }

        return [.. words];
    }

    private void Read(IEnumerable<string> lines)
    {
        var section = "";
        foreach (var line in lines.Select(line => line.Trim()))
        {
            if (line.Length == 0 || line[0] is '#' or ';')
                continue;
            if (line[0] == '[')
            {
                section = line.Trim('[', ']');
                continue;
            }

            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                _entries.Add((section, line[..equals].Trim(), line[(equals + 1)..].Trim()));
        }
    }
}
