using System.Text;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet.HostScripts;

/// <summary>The one way in which a value becomes part of a shell script.</summary>
public static class ShellQuote
{
    /// <summary>Quotes a value so that bash reads it back byte for byte, whatever it holds.</summary>
    /// <remarks>
    /// Two neighbouring opening braces are parted by an empty string: Systems Manager replaces
    /// <c>{{ssm:name}}</c> in the text of a script before bash sees it. A carriage return is written as an escape,
    /// so that scripts hold line feeds only.
    /// </remarks>
    /// <exception cref="FleetException">The value holds NUL or a lone surrogate (TextInvalid).</exception>
    public static string Quote(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var quoted = new StringBuilder(value.Length + 16).Append('\'');
        for (var i = 0; i < value.Length; i++)
        {
            Refuse(value, i);
            quoted = value[i] switch
            {
                '\'' => quoted.Append(@"'\''"),
                '\r' => quoted.Append(@"'$'\r''"),
                '{' when i + 1 < value.Length && value[i + 1] == '{' => quoted.Append("{''"),
                _ => quoted.Append(value[i]),
            };
        }

        return quoted.Append('\'').ToString();
    }

    private static void Refuse(string value, int index)
    {
        var character = value[index];
        if (character == '\0')
            throw Invalid("NUL", index);

        var paired = char.IsHighSurrogate(character)
            ? index + 1 < value.Length && char.IsLowSurrogate(value[index + 1])
            : !char.IsLowSurrogate(character) || (index > 0 && char.IsHighSurrogate(value[index - 1]));
        if (!paired)
            throw Invalid("half of a surrogate pair", index);
    }

    private static FleetException Invalid(string what, int index) => new(
        FailureKind.TextInvalid,
        $"The text holds {what} at position {index}, which no shell script can carry.",
        "Remove the character, or send the text as base64 and decode it on the host.");
}
