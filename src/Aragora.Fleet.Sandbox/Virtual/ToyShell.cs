using System.Text;
using System.Text.RegularExpressions;

namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>
/// The few words of shell that a virtual host understands, so that a first try works: echo and printf of literals,
/// true, false, exit, hostname and uname -n. All else is refused before anything is done.
/// </summary>
internal sealed partial class ToyShell(string hostName)
{
    private const int Refused = 126;
    private const int MaxQuote = 60;

    public ScriptAnswer Run(string script)
    {
        var commands = new List<List<string>>();
        foreach (var line in script.Split('\n').Select(line => line.Trim()))
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (Words(line) is not { } parsed || !parsed.TrueForAll(IsKnown))
                return Refuse(line);
            commands.AddRange(parsed);
        }

        return Run(commands);
    }

    private ScriptAnswer Run(List<List<string>> commands)
    {
        var (output, code) = (new StringBuilder(), 0);
        foreach (var words in commands)
        {
            if (words is ["exit", .. var number])
                return new ScriptAnswer(number is [var text] ? int.Parse(text) & 255 : code, output.ToString());
            code = words[0] == "false" ? 1 : 0;
            switch (words)
            {
                case ["echo", .. var rest]:
                    output.AppendJoin(' ', rest).Append('\n');
                    break;
                case ["printf", var format]:
                    output.Append(format.Replace("\\n", "\n"));
                    break;
                case ["hostname"] or ["uname", "-n"]:
                    output.Append(hostName).Append('\n');
                    break;
            }
        }

        return new ScriptAnswer(code, output.ToString());
    }

    private static bool IsKnown(List<string> words) => words switch
    {
        ["true"] or ["false"] or [":"] or ["hostname"] or ["uname", "-n"] or ["exit"] => true,
        ["exit", var number] => number.Length is > 0 and < 4 && number.All(char.IsAsciiDigit),
        ["echo"] => true,
        ["echo", var first, ..] => !first.StartsWith('-'),
        ["printf", var text] => !text.Contains('%') && !text.Replace("\\n", "").Contains('\\'),
        _ => false,
    };

    private static ScriptAnswer Refuse(string line)
    {
        var quote = line.Length > MaxQuote ? line[..MaxQuote] + "..." : line;
        return new ScriptAnswer(
            Refused,
            "",
            "a virtual host does not run scripts: it knows echo, printf, true, false, exit, hostname and uname -n, "
            + $"and not: {quote}\nnothing was run; use live hosts (Connect-AragoraFleet -Sandbox, on Linux)\n");
    }

    /// <summary>The commands of a line and their words; null where it holds more than literals.</summary>
    private static List<List<string>>? Words(string line)
    {
        var commands = new List<List<string>> { new() };
        var at = 0;
        while (at < line.Length)
        {
            var token = Token().Match(line, at);
            if (!token.Success)
                return null;
            at += token.Length;
            if (token.Groups["end"].Success)
                commands.Add([]);
            else
                commands[^1].Add(Literal().Replace(token.Groups["word"].Value, Unquote));
        }

        return commands.FindAll(command => command.Count > 0);
    }

    private static string Unquote(Match part) =>
        part.ValueSpan[0] is '\'' or '"' ? part.Value[1..^1] : part.Value;

    [GeneratedRegex("""\G(?:(?<word>(?:'[^']*'|"[^"$`\\!]*"|[A-Za-z0-9_./:,=@%+-]+)+)|(?<end>;))[ \t]*""")]
    private static partial Regex Token();

    [GeneratedRegex("""'[^']*'|"[^"]*"|[^'"]+""")]
    private static partial Regex Literal();
}
