namespace Aragora.Fleet.Commands;

/// <summary>The output of one row of ListCommandInvocations: 2,500 characters for both streams together.</summary>
/// <param name="StandardOutput">The part before the separator.</param>
/// <param name="StandardError">The part after the separator.</param>
/// <param name="IsWhole">Whether both streams are there to the end, beyond doubt.</param>
/// <param name="IsShort">Whether the row is not empty and was not cut.</param>
internal sealed record ListedOutput(string StandardOutput, string StandardError, bool IsWhole, bool IsShort)
{
    private const int Limit = 2500;
    private const string Separator = "\n----------ERROR-------\n";

    public static ListedOutput Split(string output)
    {
        var uncut = output.Length < Limit && !output.Contains("---Output truncated---", StringComparison.Ordinal);
        var at = output.IndexOf(Separator, StringComparison.Ordinal);

        // The script may have printed the separator itself, so with one the streams are asked for apart.
        return at < 0
            ? new ListedOutput(output, "", uncut, uncut && output.Length > 0)
            : new ListedOutput(output[..at], output[(at + Separator.Length)..], false, uncut);
    }
}
