using System.Text.RegularExpressions;

namespace Aragora.Fleet.Rollouts;

/// <summary>Commit ids as users write them: any case, 7 to 40 hexadecimal digits.</summary>
public static partial class CommitId
{
    /// <summary>Whether the text is a full commit id, in any case.</summary>
    public static bool IsFull(string text) => Full().IsMatch(text);

    /// <summary>Whether the text can only be a commit id, full or abbreviated, in any case.</summary>
    public static bool IsCommitLike(string text) => CommitLike().IsMatch(text);

    /// <summary>A release for people: of a commit id the first nine digits, a version as it is.</summary>
    public static string Abbreviate(string? release) =>
        release is null ? "?" : release.Length > 9 && IsCommitLike(release) ? release[..9] : release;

    [GeneratedRegex("^[0-9a-fA-F]{40}$")]
    private static partial Regex Full();

    [GeneratedRegex("^[0-9a-fA-F]{7,40}$")]
    private static partial Regex CommitLike();
}
