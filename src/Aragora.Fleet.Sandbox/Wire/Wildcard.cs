using System.Text.RegularExpressions;

namespace Aragora.Fleet.Sandbox.Wire;

/// <summary>EC2's filter patterns: <c>*</c> is any text, <c>?</c> one character, case counts.</summary>
internal static class Wildcard
{
    public static bool Matches(string pattern, string value)
    {
        var regex = Regex.Escape(pattern).Replace("\\*", ".*").Replace("\\?", ".");
        return Regex.IsMatch(value, $"^{regex}$", RegexOptions.Singleline | RegexOptions.CultureInvariant);
    }
}
