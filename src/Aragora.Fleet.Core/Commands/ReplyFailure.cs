using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Commands;

/// <summary>Says in one failure why a host gave no good answer.</summary>
public static class ReplyFailure
{
    /// <summary>The failure of a reply that is not <see cref="ReplyStatus.Success"/>.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="doing">What was asked of the host, as a noun: "the health check".</param>
    public static FleetException For(HostReply reply, string doing)
    {
        var host = reply.Target;
        var (kind, what, action) = reply.Status switch
        {
            ReplyStatus.Failed => (
                FailureKind.CommandFailed,
                $"ended with exit code {reply.ExitCode}{FirstLine(reply.StandardError)}",
                "Read the output of the command."),
            ReplyStatus.ExecutionTimedOut => (
                FailureKind.ExecutionTimedOut,
                "was killed at its execution timeout",
                "Give it more time, or find out what it waits for."),
            ReplyStatus.DeliveryTimedOut => (
                FailureKind.DeliveryTimedOut,
                "was not taken up in time, or its answer was lost: it may have run",
                "Check the SSM agent of the host, then ask again."),
            ReplyStatus.Undeliverable => (
                FailureKind.Undeliverable,
                "could not be delivered: it did not run",
                "Check that the host runs and that its SSM agent is up."),
            ReplyStatus.Refused => (
                FailureKind.InstanceNotManaged,
                "was refused by Systems Manager: the instance is not running, or its agent is not registered",
                "Check the state of the instance and its SSM agent with Get-AragoraInstance."),
            ReplyStatus.Terminated => (
                FailureKind.CommandCancelled,
                "was ended before this host's turn: it did not run",
                "Run it again for this host."),
            ReplyStatus.Cancelled => (
                FailureKind.CommandCancelled,
                "was cancelled",
                "Look at the host before running it again: it may have run in part."),
            ReplyStatus.AccessDenied => (
                FailureKind.AccessDenied,
                "is not allowed on this host: it did not run",
                "Ask for ssm:SendCommand on this instance."),
            ReplyStatus.InvalidPlatform => (
                FailureKind.Undeliverable,
                "does not fit the host's platform: it did not run",
                "Leave this host out: only Linux hosts are served."),
            _ => (
                reply.Cause?.Kind ?? FailureKind.WaitTimedOut,
                reply.Cause is { } cause ? $"got no answer: {cause.Message}" : "got no answer in time: what it did is unknown",
                reply.Cause?.Action ?? "Look at the host, then ask again."),
        };
        return new FleetException(kind, $"{Capitalize(doing)} on {host} {what}.", action, host, reply.Cause);
    }

    private static string FirstLine(string standardError)
    {
        var line = AgentNote.Strip(standardError).Trim().Split('\n')[0];
        return line.Length == 0 ? "" : $": {(line.Length > 200 ? line[..200] : line)}";
    }

    private static string Capitalize(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
