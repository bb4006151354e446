using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>One of the module's own scripts, read back: which operation it is and what it was given.</summary>
internal sealed class ComposedScript
{
    private const string Prelude = "#!/bin/bash\nset -Eeuo pipefail\nexport HOME=${HOME:-/root} LC_ALL=C\n";
    private const string OperationName = "OPERATION";
    private const int MaxNumber = 1_000_000;

    private readonly Dictionary<string, string> _values;

    private ComposedScript(Dictionary<string, string> values) => _values = values;

    /// <summary>What the hosts run from that a step is for; empty where it is for any.</summary>
    public string Source { get; private init; } = "";

    /// <summary>The operation; empty where the text is none of the module's scripts.</summary>
    public string Operation => this[OperationName];

    /// <summary>The value of a parameter; empty where there is none.</summary>
    public string this[string name] => _values.GetValueOrDefault(name, "");

    /// <summary>The value of a parameter that is a number, from 0 up to what fits a delay.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public int Number(string name) =>
        int.TryParse(this[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MaxNumber
            ? number
            : throw new FormatException($"{name} is no number from 0 to {MaxNumber}: '{this[name]}'");

    /// <summary>What a parameter of lines <c>id value</c> says of a host; empty where it says nothing.</summary>
    public string LineOf(string name, string id) => this[name].Split('\n')
        .LastOrDefault(line => line.StartsWith(id + " ", StringComparison.Ordinal))?[(id.Length + 1)..] ?? "";

    /// <summary>Reads a script.</summary>
    /// <exception cref="FormatException">It begins as the module's scripts do, and cannot be read.</exception>
    public static ComposedScript Read(string script)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!script.StartsWith(Prelude, StringComparison.Ordinal))
            return new ComposedScript(values);
        var at = Prelude.Length;
        while (TryReadAssignment(script, ref at, out var name, out var value))
            values[name] = value;
        return new ComposedScript(values) { Source = SourceIn(script[at..]) };
    }

    private static string SourceIn(string body) =>
        body.Contains("\nSOURCE=git\n") ? "git" : body.Contains("\nSOURCE=package\n") ? "package" : "";

    private static bool TryReadAssignment(
        string script, ref int at, [NotNullWhen(true)] out string? name, [NotNullWhen(true)] out string? value)
    {
        (name, value) = (null, null);
        var equals = script.IndexOf("='", at, StringComparison.Ordinal);
        if (equals < 0 || !script.AsSpan(at, equals - at).ContainsOnlyNameCharacters())
            return false;
        name = script[at..equals];
        at = equals + 1;
        value = ReadWord(script, ref at);
        return true;
    }

    /// <summary>Reads a word made of '…', \' and $'\r', as the module quotes, and the end of its line.</summary>
    private static string ReadWord(string script, ref int at)
    {
        var word = new StringBuilder();
        while (at < script.Length && script[at] != '\n')
        {
            if (script.AsSpan(at).StartsWith(@"\'"))
            {
                word.Append('\'');
                at += 2;
            }
            else if (script.AsSpan(at).StartsWith(@"$'\r'"))
            {
                word.Append('\r');
                at += 5;
            }
            else
            {
                var end = script[at] == '\'' ? script.IndexOf('\'', at + 1) : -1;
                if (end < 0)
                    throw new FormatException("the quotes of a value do not match");
                word.Append(script, at + 1, end - at - 1);
                at = end + 1;
            }
        }

        at++;
        return word.ToString();
    }
}

/// <summary>Tells names of shell variables.</summary>
internal static class ShellNames
{
    public static bool ContainsOnlyNameCharacters(this ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character != '_')
                return false;
        }

        return text.Length > 0;
    }
}
