using System.Text.RegularExpressions;

namespace Aragora.Fleet.Commands;

/// <summary>The line that the SSM agent itself adds to the standard error of a failed script.</summary>
public static partial class AgentNote
{
    /// <summary>The script's own standard error, without the agent's line.</summary>
    public static string Strip(string standardError) => Pattern().Replace(standardError, "");

    [GeneratedRegex(@"(?:^|\n)failed to run commands: exit status \d+\s*$")]
    private static partial Regex Pattern();
}
