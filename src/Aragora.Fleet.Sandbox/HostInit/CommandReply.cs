using Aragora.Fleet.Sandbox.Http;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>What a stand-in prints, on one of its streams, and its exit code.</summary>
internal sealed record CommandReply(int ExitCode, string Text, bool IsError)
{
    public static CommandReply Output(string text, int exitCode = 0) => new(exitCode, text, IsError: false);

    public static CommandReply Error(int exitCode, string text) => new(exitCode, text + "\n", IsError: true);

    /// <summary>A first line for the stand-in, then the text.</summary>
    public HttpResponse ToResponse() =>
        HttpResponse.Text(200, $"{ExitCode} {(IsError ? "err" : "out")}\n{Text}");
}
