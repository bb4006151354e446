using System.Text;
using System.Text.RegularExpressions;
using Aragora.Fleet.Failures;
using CsCheck;
using Xunit;

namespace Aragora.Fleet.HostScripts;

public sealed partial class ShellQuoteTests
{
    private const int BatchSize = 200;

    private static readonly string[] s_hostile =
    [
        "'", "''", "\"", "\\", "\\'", "$(id)", "$((1))", "${HOME}", "`id`", "$'\\n'",
        "\n", "\r\n", "\r", "\t", "!", "!!", "#", ";", "&&", "*", "?", "~", "EOF", " ",
        "{{ssm:x}}", "{{ ssm:/a/b }}", "{{{ssm:x}}}", "{{", "{", "}}", "{''{",
        "\u001b[0m", "\u0001", "\u007f", "-n", "--", "%s", "%%", "\\0",
        "é", "日本語", "🚀", "👩‍👩‍👧", "\u202e", "\ufeff", "\u2028",
    ];

    private static readonly Gen<string> s_text = Gen.OneOf(
        Gen.Int[0, s_hostile.Length - 1].Select(index => s_hostile[index]),
        Gen.Char['\u0001', '\ud7ff'].Select(character => character.ToString()),
        Gen.Char[' ', '~'].Array[0, 40].Select(characters => new string(characters)));

    private static readonly Gen<string> s_value = Gen.Frequency(
        (50, s_text.Array[0, 30].Select(string.Concat)),
        (1, s_text.Array[300, 600].Select(parts => UpTo8Kilobytes(string.Concat(parts)))));

    [HostFact("bash")]
    public void Ten_thousand_hostile_values_come_back_from_bash_byte_for_byte() =>
        s_value.Array[BatchSize].Sample(
            values => Echoed(values).SequenceEqual(values), iter: 10_000 / BatchSize, threads: 2);

    [Fact]
    public void No_quoted_value_holds_what_Systems_Manager_replaces() =>
        s_value.Sample(value => !Interpolation().IsMatch(ShellQuote.Quote(value)), iter: 10_000);

    [Fact]
    public void No_quoted_value_holds_a_carriage_return() =>
        s_value.Sample(value => !ShellQuote.Quote(value).Contains('\r', StringComparison.Ordinal), iter: 1_000);

    [Theory]
    [InlineData("", "''")]
    [InlineData("plain text", "'plain text'")]
    [InlineData("it's", @"'it'\''s'")]
    [InlineData("{{{ssm:x}}", "'{''{''{ssm:x}}'")]
    [InlineData("a\r\nb", "'a'$'\\r''\nb'")]
    public void Quotes_readably(string value, string expected) => Assert.Equal(expected, ShellQuote.Quote(value));

    /// <summary>Numbers, since an attribute cannot hold half a surrogate pair.</summary>
    [Theory]
    [InlineData(0x61, 0, 0x62)]
    [InlineData(0x61, 0xD83D)]
    [InlineData(0xD83D, 0x78)]
    [InlineData(0x78, 0xDE80)]
    [InlineData(0xDE80, 0xD83D)]
    public void Refuses_what_cannot_travel(params int[] characters)
    {
        var value = string.Concat(characters.Select(character => (char)character));

        var failure = Assert.Throws<FleetException>(() => ShellQuote.Quote(value));
        Assert.Equal(FailureKind.TextInvalid, failure.Kind);
    }

    private static string[] Echoed(string[] values)
    {
        var file = Path.GetTempFileName();
        try
        {
            var arguments = values.Select(value => " " + ShellQuote.Quote(value));
            File.WriteAllText(file, "printf '%s\\0'" + string.Concat(arguments));
            return HostShell.Run("bash", [file]).Output.Split('\0')[..^1];
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string UpTo8Kilobytes(string text)
    {
        var builder = new StringBuilder();
        var bytes = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if ((bytes += rune.Utf8SequenceLength) > 8 * 1024)
                break;
            builder.Append(rune);
        }

        return builder.ToString();
    }

    [GeneratedRegex(@"\{\{ *ssm:")]
    private static partial Regex Interpolation();
}
