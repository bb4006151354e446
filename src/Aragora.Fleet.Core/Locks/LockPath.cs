using System.Globalization;
using System.Text;

namespace Aragora.Fleet.Locks;

/// <summary>The names of an environment in Parameter Store.</summary>
internal static class LockPath
{
    private const string Root = "/aragora-fleet";

    /// <summary>All that the module keeps of an environment.</summary>
    public static string Of(string environment) => $"{Root}/{Escape(environment)}";

    /// <summary>The counter whose versions are the tokens. It is never deleted: it would start again at 1.</summary>
    public static string Counter(string environment) => $"{Of(environment)}/token";

    /// <summary>The entries of the holder and of those who wait.</summary>
    public static string Entries(string environment) => $"{Of(environment)}/lock";

    /// <summary>The entry of one token.</summary>
    public static string Entry(string environment, long token) =>
        string.Create(CultureInfo.InvariantCulture, $"{Entries(environment)}/{token}");

    /// <summary>What others tell a run.</summary>
    public static string Signals(string environment, string deployId) =>
        $"{Of(environment)}/deploys/{Escape(deployId)}";

    // A tag may hold what a name may not. An underscore stands before the code of a character, and alone for nothing at all.
    private static string Escape(string text)
    {
        if (text.Length == 0)
        {
            return "_";
        }

        var name = new StringBuilder();
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            var isPlain = char.IsAsciiLetterOrDigit((char)value) || value is (byte)'-' or (byte)'.';
            name.Append(isPlain ? $"{(char)value}" : $"_{value:X2}");
        }

        return name.ToString();
    }
}
