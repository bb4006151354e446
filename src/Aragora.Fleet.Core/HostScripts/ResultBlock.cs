using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.HostScripts;

/// <summary>What a host script answered: the checked block at the head of its output, and the text after it.</summary>
public sealed partial class ResultBlock
{
    private const string Mark = "@@aragora-result ";
    private const string End = "@@aragora-end@@";

    private static readonly Dictionary<string, string> s_noValues = [];

    /// <summary>What Systems Manager writes where it cuts an output short.</summary>
    private static readonly string[] s_cutMarks = ["--output truncated--", "---Output truncated---"];

    private ResultBlock(ResultBlockState state, Dictionary<string, string> values, string rest)
    {
        State = state;
        Values = values;
        Rest = rest;
    }

    /// <summary>How much of a block there is.</summary>
    public ResultBlockState State { get; }

    /// <summary>The keys and their values; empty unless the block is complete.</summary>
    public IReadOnlyDictionary<string, string> Values { get; }

    /// <summary>The text after the block; the whole output where there is no block.</summary>
    public string Rest { get; }

    /// <summary>Reads a script's standard output. Any text is allowed, and none makes it fail.</summary>
    public static ResultBlock Read(string standardOutput)
    {
        ArgumentNullException.ThrowIfNull(standardOutput);
        var text = standardOutput.TrimStart('\n', '\r');
        var header = Header().Match(text);
        if (!header.Success)
            return WithoutHeader(standardOutput, text);

        var length = int.Parse(header.Groups["bytes"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        var body = text.AsSpan(header.Length);
        if (body.Length < length + End.Length)
            return Bad(ResultBlockState.Cut);
        if (!body[length..].StartsWith(End, StringComparison.Ordinal))
            return Bad(EndsWithCutMark(text) ? ResultBlockState.Cut : ResultBlockState.Damaged);

        var payload = body[..length].ToString();
        var rest = body[(length + End.Length)..];
        rest = rest.StartsWith("\n", StringComparison.Ordinal) ? rest[1..] : rest;
        return Sum(payload) == header.Groups["sum"].Value && Parse(payload) is { } values
            ? new ResultBlock(ResultBlockState.Complete, values, rest.ToString())
            : Bad(ResultBlockState.Damaged);
    }

    /// <summary>The value of a key; null where it is missing or empty.</summary>
    public string? Text(string key) => Values.TryGetValue(key, out var value) && value.Length > 0 ? value : null;

    /// <summary>The value of a key as a number; null where it is none.</summary>
    public long? Number(string key) =>
        long.TryParse(Text(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>The value of a key that says 1 or 0; null where it says neither.</summary>
    public bool? Flag(string key) => Text(key) switch { "1" => true, "0" => false, _ => null };

    /// <summary>The value of a key as a full commit id; null where it is none.</summary>
    public string? Commit(string key) => Text(key) is { } value && CommitId().IsMatch(value) ? value : null;

    /// <summary>The value of a key as a release: a full commit id or a version; null where it is neither.</summary>
    public string? Release(string key) => Commit(key) ?? (Text(key) is { } value && PackageVersion.IsNormal(value) ? value : null);

    private static ResultBlock Bad(ResultBlockState state) => new(state, s_noValues, string.Empty);

    private static ResultBlock WithoutHeader(string standardOutput, string text)
    {
        if (text.Length > 0 && (Mark.StartsWith(text, StringComparison.Ordinal) || PartOfHeader().IsMatch(text)))
            return Bad(ResultBlockState.Cut);
        return text.StartsWith(Mark, StringComparison.Ordinal)
            ? Bad(EndsWithCutMark(text) ? ResultBlockState.Cut : ResultBlockState.Damaged)
            : new ResultBlock(ResultBlockState.None, s_noValues, standardOutput);
    }

    private static bool EndsWithCutMark(string text) =>
        s_cutMarks.Any(mark => text.AsSpan().TrimEnd().EndsWith(mark, StringComparison.Ordinal));

    private static string? Sum(string payload) =>
        Ascii.IsValid(payload)
            ? PosixChecksum.Of(Encoding.ASCII.GetBytes(payload)).ToString(CultureInfo.InvariantCulture)
            : null;

    private static Dictionary<string, string>? Parse(string payload)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in payload.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space <= 0 || !values.TryAdd(line[..space], Unescape(line[(space + 1)..])))
                return null;
        }

        return values;
    }

    private static string Unescape(string value) => Escape().Replace(value, match => match.ValueSpan[1] switch
    {
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        _ => "\\",
    });

    [GeneratedRegex(@"\A@@aragora-result 1 (?<bytes>[0-9]{1,6}) (?<sum>[0-9]{1,10})@@\n")]
    private static partial Regex Header();

    [GeneratedRegex(@"\A@@aragora-result (1( ([0-9]{1,6}( ([0-9]{1,10}(@@?)?)?)?)?)?)?\z")]
    private static partial Regex PartOfHeader();

    [GeneratedRegex(@"\\[\\nrt]")]
    private static partial Regex Escape();

    [GeneratedRegex(@"\A[0-9a-f]{40}\z")]
    private static partial Regex CommitId();
}
