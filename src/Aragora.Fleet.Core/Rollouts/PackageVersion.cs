using System.Text.RegularExpressions;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Rollouts;

/// <summary>Versions of the distribution, as pip writes them.</summary>
public static partial class PackageVersion
{
    private const int MaxLength = 40;

    /// <summary>Whether the text is a version in its normal form, such as 2.9.0, 2.9.0rc1 or 2.9.0.post1.</summary>
    public static bool IsNormal(string text) => text.Length <= MaxLength && Normal().IsMatch(text);

    /// <summary>The version as it goes to a host; one leading v, which tags have and versions have not, is taken off.</summary>
    /// <exception cref="FleetException">VersionInvalid.</exception>
    public static string Check(string text)
    {
        var version = text.StartsWith('v') || text.StartsWith('V') ? text[1..] : text;
        return IsNormal(version) ? version : throw new FleetException(
            FailureKind.VersionInvalid,
            $"'{text}' is no version of a package.",
            "Give one version as the index names it, such as 2.9.0 or 2.9.0rc1; no range and no comparison.",
            text);
    }

    // PEP 440 in its normal form, without an epoch.
    [GeneratedRegex(@"\A[0-9]+(\.[0-9]+){0,5}((a|b|rc)[0-9]+)?(\.post[0-9]+)?(\.dev[0-9]+)?(\+[a-z0-9]+(\.[a-z0-9]+)*)?\z")]
    private static partial Regex Normal();
}
