namespace Aragora.Fleet.Commands;

/// <summary>What this module writes beside its commands: who sent it, what it is, and what the user adds.</summary>
public static class OwnComment
{
    /// <summary>A deploy's step.</summary>
    public const string Deploy = "deploy";

    /// <summary>A step that takes a deploy back.</summary>
    public const string Back = "back";

    /// <summary>A restore's step.</summary>
    public const string Restore = "restore";

    /// <summary>A run of the user's own text.</summary>
    public const string Run = "run";

    private const string Sender = "aragora-fleet ";

    private static readonly string[] s_steps = [Deploy, Back, Restore];

    /// <summary>The comment of an operation.</summary>
    public static string For(string operation, string more = "") => $"{Sender}{operation} {more}".TrimEnd();

    /// <summary>Whether a comment is that of anything that this module sends.</summary>
    public static bool IsOwn(string comment) => Operation(comment) is not null;

    /// <summary>Whether a comment is that of a step that changes hosts.</summary>
    public static bool IsStep(string comment) => Operation(comment) is { } operation && s_steps.Contains(operation);

    /// <summary>Whether a comment is that of a run of the user's own text.</summary>
    public static bool IsRun(string comment) => Operation(comment) == Run;

    private static string? Operation(string comment) => comment.StartsWith(Sender, StringComparison.Ordinal)
        ? comment[Sender.Length..].Split(' ')[0]
        : null;
}
