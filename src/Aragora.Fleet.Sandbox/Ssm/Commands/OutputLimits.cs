using System.Text;

namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>The limits of the service on what the agent reported.</summary>
internal static class OutputLimits
{
    private const int MaxError = 8000;
    private const int MaxCombined = 2500;
    private const string Separator = "\n----------ERROR-------\n";
    private const string OutputMarker = "\n---Output truncated---";
    private const string ErrorMarker = "\n---Error truncated----";

    /// <summary>StandardErrorContent: the head, without any marker.</summary>
    public static string Error(string stderr) => stderr.Length <= MaxError ? stderr : stderr[..MaxError];

    /// <summary>The Output of lists: both streams in 2,500 bytes, the longer one cut first.</summary>
    public static string Combine(string stdout, string stderr)
    {
        var (output, error) = (Encoding.UTF8.GetBytes(stdout), Encoding.UTF8.GetBytes(stderr));
        var separator = error.Length > 0 ? Separator : "";
        var space = MaxCombined - separator.Length;
        if (output.Length + error.Length < space)
            return stdout + separator + stderr;
        if (output.Length < space / 2)
            return stdout + separator + Head(error, space - output.Length, ErrorMarker);
        if (error.Length < space / 2)
            return Head(output, space - error.Length, OutputMarker) + separator + stderr;
        return Head(output, space / 2, OutputMarker) + separator + Head(error, space / 2, ErrorMarker);
    }

    private static string Head(byte[] text, int size, string marker) =>
        Encoding.UTF8.GetString(text, 0, size - marker.Length) + marker;
}
