using System.Text.RegularExpressions;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Rollouts;

/// <summary>Names of refs: git's own rules, so that a bad one is refused before any host is asked.</summary>
public static partial class GitRef
{
    /// <summary>The text as it goes to a host: trimmed of nothing, commit ids in lower case.</summary>
    /// <exception cref="FleetException">RefInvalid.</exception>
    public static string Check(string text)
    {
        if (CommitId.IsCommitLike(text))
        {
            return text.ToLowerInvariant();
        }

        if (text.Length is 0 or > 200 || Forbidden().IsMatch(text))
        {
            throw new FleetException(
                FailureKind.RefInvalid,
                $"'{text}' is no name of a branch, a tag or a commit.",
                "Give a branch or tag as git names it, or 7 to 40 hexadecimal digits of a commit.",
                text);
        }

        return text;
    }

    /// <summary>A commit id as it goes to a host, in lower case.</summary>
    /// <exception cref="FleetException">RefInvalid.</exception>
    public static string CheckCommit(string text) => CommitId.IsCommitLike(text)
        ? text.ToLowerInvariant()
        : throw new FleetException(
            FailureKind.RefInvalid,
            $"'{text}' is no commit id.",
            "Give 7 to 40 hexadecimal digits; use -Ref for a branch or a tag.",
            text);

    // git-check-ref-format(1), and beyond it every character that a shell could take for its own.
    [GeneratedRegex(@"^[-./]|[^A-Za-z0-9._/+@-]|\.\.|//|@\{|^@$|/\.|\.lock(/|$)|[./]$")]
    private static partial Regex Forbidden();
}
