using System.Globalization;
using System.Text.RegularExpressions;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>Plays journalctl, without following.</summary>
internal sealed partial class Journalctl(Journal journal, TimeProvider clock)
{
    private sealed class Query
    {
        public List<string> Units { get; } = [];

        public int? Lines { get; set; }

        public string Format { get; set; } = "short";

        public DateTimeOffset Since { get; set; } = DateTimeOffset.MinValue;

        public DateTimeOffset Until { get; set; } = DateTimeOffset.MaxValue;
    }

    public CommandReply Run(string[] arguments)
    {
        var query = new Query();
        var words = new Queue<string>(arguments.SelectMany(SplitOption));
        while (words.TryDequeue(out var option))
        {
            if (option is "--no-pager" or "-q" or "--quiet" or "-a" or "--all")
                continue;
            if (!words.TryDequeue(out var value) || !Apply(query, option, value))
                return CommandReply.Error(1, $"The sandbox's journalctl does not take {option}.");
        }

        var entries = journal.Read(entry =>
            (query.Units.Count == 0 || query.Units.Contains(entry.Unit))
            && entry.Time >= query.Since && entry.Time <= query.Until);
        var lines = entries.TakeLast(query.Lines ?? int.MaxValue).Select(entry => Format(entry, query.Format)).ToList();
        return CommandReply.Output(lines.Count == 0 ? "-- No entries --\n" : string.Join('\n', lines) + "\n");
    }

    public static string Format(JournalEntry entry, string format) => format switch
    {
        "cat" => entry.Text,
        "short-iso" => $"{entry.Time:yyyy-MM-dd'T'HH:mm:sszzz} {entry.Host} {entry.Source}: {entry.Text}",
        _ => $"{entry.Time:MMM dd HH:mm:ss} {entry.Host} {entry.Source}: {entry.Text}",
    };

    /// <summary><c>--since=X</c> and <c>-n5</c> as two words each.</summary>
    private static string[] SplitOption(string word)
    {
        if (word.StartsWith("--", StringComparison.Ordinal) && word.Contains('='))
            return word.Split('=', 2);
        return word is ['-', 'n' or 'u' or 'o', _, ..] ? [word[..2], word[2..]] : [word];
    }

    private bool Apply(Query query, string option, string value)
    {
        switch (option)
        {
            case "-u" or "--unit":
                query.Units.Add(ServiceManager.FullName(value));
                return true;
            case "-n" or "--lines" when int.TryParse(value, out var lines):
                query.Lines = lines;
                return true;
            case "-o" or "--output" when value is "cat" or "short" or "short-iso":
                query.Format = value;
                return true;
            case "-S" or "--since" when Time(value) is { } since:
                query.Since = since;
                return true;
            case "-U" or "--until" when Time(value) is { } until:
                query.Until = until;
                return true;
            default:
                return false;
        }
    }

    private DateTimeOffset? Time(string text)
    {
        if (Ago().Match(text) is { Success: true } ago)
        {
            var count = double.Parse(ago.Groups["count"].Value);
            return clock.GetUtcNow() - ago.Groups["unit"].Value[0] switch
            {
                's' => TimeSpan.FromSeconds(count),
                'm' => TimeSpan.FromMinutes(count),
                'h' => TimeSpan.FromHours(count),
                _ => TimeSpan.FromDays(count),
            };
        }

        if (text.StartsWith('@') && double.TryParse(text[1..], out var epoch))
            return DateTimeOffset.UnixEpoch.AddSeconds(epoch);
        return DateTimeOffset.TryParse(
            text.Replace(" UTC", "Z"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;
    }

    [GeneratedRegex(@"^(?<count>\d+) ?(?<unit>s|sec|seconds?|m|min|minutes?|h|hours?|d|days?) ago$")]
    private static partial Regex Ago();
}
