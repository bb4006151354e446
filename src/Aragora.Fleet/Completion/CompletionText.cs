using System.Management.Automation;
using System.Management.Automation.Language;

namespace Aragora.Fleet.PowerShell.Completion;

/// <summary>One word being completed: what was typed, without its opening quote, and how a result is written.</summary>
internal sealed class CompletionText
{
    private readonly char? _quote;
    private readonly WildcardPattern _pattern;

    /// <param name="wordToComplete">As the engine hands it over: with an opening quote where one was typed.</param>
    public CompletionText(string wordToComplete)
    {
        _quote = wordToComplete is ['\'' or '"', ..] ? wordToComplete[0] : null;
        var typed = _quote is { } quote ? wordToComplete[1..].TrimEnd(quote) : wordToComplete;
        _pattern = WildcardPattern.Get(typed + "*", WildcardOptions.IgnoreCase);
    }

    /// <summary>Whether a value begins with what was typed, whose wildcards count.</summary>
    public bool Matches(string value) => _pattern.IsMatch(value);

    /// <summary>A result: quoted where it has to be, shown plain in a list.</summary>
    public CompletionResult Result(string value, string toolTip) => new(
        Quote(value),
        value,
        CompletionResultType.ParameterValue,
        string.IsNullOrEmpty(toolTip) ? value : toolTip);

    private string Quote(string value) => _quote switch
    {
        '"' => $"\"{value.Replace("`", "``").Replace("$", "`$").Replace("\"", "`\"")}\"",
        null when IsBareWord(value) => value,
        _ => $"'{CodeGeneration.EscapeSingleQuotedStringContent(value)}'",
    };

    // The parser itself says whether the value, as an argument, is one plain string and nothing else.
    private static bool IsBareWord(string value)
    {
        var script = Parser.ParseInput($"x {value}", out _, out var errors);
        return errors.Length == 0
            && script.Find(static node => node is CommandAst, searchNestedScriptBlocks: false)
                is CommandAst { CommandElements: [_, StringConstantExpressionAst word], Redirections.Count: 0 } command
            && word.Value == value
            && word.StringConstantType == StringConstantType.BareWord
            && command.Extent.Text.Length == script.Extent.Text.Length;
    }
}
