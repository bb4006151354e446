using System.Text.RegularExpressions;

namespace Aragora.Fleet.Rollouts;

/// <summary>Commit ids as users write them: any case, 7 to 40 hexadecimal digits.</summary>
public static partial class CommitId
{
    /// <summary>Whether the text is a full commit id, in any case.</summary>
    public static bool IsFull(string text) => Full().IsMatch(text);

    /// <summary>Whether the text can only be a commit id, full or abbreviated, in any case.</summary>
    public static bool IsCommitLike(string text) => CommitLike().IsMatch(text);

    /// <summary>The first nine digits, for people.</summary>
    public static string Abbreviate(string? commit) => commit is null ? "?" : commit.Length > 9 ? commit[..9] : commit;

    [GeneratedRegex("^[0-9a-fA-F]{40}$")]
    private static partial Regex Full();

    [GeneratedRegex("^[0-9a-fA-F]{7,40}$")]
    private static partial Regex CommitLike();
}
