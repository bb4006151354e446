using System.Globalization;
using System.Text.RegularExpressions;

namespace Aragora.Fleet.Health;

/// <summary>
/// Reads the service's timestamps. It writes both an offset and a Z (<c>…123456+00:00Z</c>), which no parser takes.
/// </summary>
public static partial class HealthTimestamp
{
    /// <summary>The instant in UTC; null where the text is no timestamp.</summary>
    public static DateTimeOffset? Parse(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var clean = OffsetAndZ().Replace(text, "$1");
        return DateTimeOffset.TryParse(
            clean, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at
            : null;
    }

    [GeneratedRegex(@"([+-]\d{2}:?\d{2})Z$")]
    private static partial Regex OffsetAndZ();
}
