using System.Management.Automation.Host;

namespace Aragora.Fleet.Shell;

/// <summary>A question with choices, as pwsh shows it.</summary>
internal sealed class Question(IReadOnlyList<ChoiceDescription> choices, int defaultChoice)
{
    /// <summary>Such as <c>[Y] Yes  [N] No  [?] Help (default is "Y"): </c>.</summary>
    public string Line
    {
        get
        {
            var offered = string.Concat(choices.Select(choice => $"[{Key(choice)}] {Label(choice)}  "));
            var standard = defaultChoice >= 0 ? $" (default is \"{Key(choices[defaultChoice])}\")" : string.Empty;
            return $"{offered}[?] Help{standard}: ";
        }
    }

    public string Help =>
        string.Join(Environment.NewLine, choices.Select(choice => $"{Key(choice)} - {choice.HelpMessage}"));

    /// <summary>The index of the choice that an answer names; null where it names none.</summary>
    public int? Choose(string answer)
    {
        if (answer.Length == 0)
        {
            return defaultChoice >= 0 ? defaultChoice : null;
        }

        for (var i = 0; i < choices.Count; i++)
        {
            if (answer.Equals(Key(choices[i]), StringComparison.OrdinalIgnoreCase)
                || answer.Equals(Label(choices[i]), StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return null;
    }

    private static string Label(ChoiceDescription choice) => choice.Label.Replace("&", "", StringComparison.Ordinal);

    // The letter after the ampersand; the whole label where there is none.
    private static string Key(ChoiceDescription choice)
    {
        var mark = choice.Label.IndexOf('&', StringComparison.Ordinal);
        return mark >= 0 && mark + 1 < choice.Label.Length
            ? char.ToUpperInvariant(choice.Label[mark + 1]).ToString()
            : choice.Label;
    }
}
