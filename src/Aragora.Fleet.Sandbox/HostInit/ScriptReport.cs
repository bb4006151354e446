using System.Text;
using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.Ssm;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>What the agent reports of one run.</summary>
internal sealed record ScriptReport(
    int ExitCode, bool WasCancelled, DateTimeOffset Started, byte[] Stdout, byte[] Stderr)
{
    private const int MaxStream = 24_000;

    private static readonly byte[] s_marker = "--output truncated--"u8.ToArray();

    public static ScriptReport NotStarted(DateTimeOffset started, string reason) => new(
        1, WasCancelled: false, started, [], Encoding.UTF8.GetBytes($"failed to run commands: {reason}"));

    /// <summary>As much of a spooled stream as can matter.</summary>
    public static byte[] Head(string path)
    {
        using var file = File.OpenRead(path);
        var head = new byte[Math.Min(file.Length, MaxStream)];
        file.ReadExactly(head);
        return head;
    }

    public HttpResponse ToResponse()
    {
        var (stdout, stderr) = (Cut(Stdout), Cut(Stderr));
        return new HttpResponse(200, "application/octet-stream", [.. stdout, .. stderr])
        {
            Headers =
            {
                ("X-Exit-Code", $"{ExitCode}"),
                ("X-Cancelled", WasCancelled ? "1" : "0"),
                ("X-Started", $"{Started.ToUnixTimeMilliseconds()}"),
                ("X-Ended", $"{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}"),
                ("X-Stdout-Length", $"{stdout.Length}"),
            },
        };
    }

    public ScriptOutcome ToOutcome() => new(
        ExitCode, WasCancelled, Started, DateTimeOffset.UtcNow,
        Encoding.UTF8.GetString(Cut(Stdout)), Encoding.UTF8.GetString(Cut(Stderr)));

    /// <summary>At 24,000 bytes the agent keeps 23,980 and its marker.</summary>
    private static byte[] Cut(byte[] stream) =>
        stream.Length < MaxStream ? stream : [.. stream.AsSpan(0, MaxStream - s_marker.Length), .. s_marker];
}
