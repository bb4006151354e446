using System.Text;
using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Commands;

/// <summary>Makes a result of a host's reply, and fetches from the host what Systems Manager cut off.</summary>
internal sealed class ReplyReader(HostOperationRunner runner)
{
    // As the agent cuts standard output, and as the service cuts standard error, which it leaves unmarked.
    private const string CutMark = "--output truncated--";
    private const int OutputLimit = 24000;
    private const int ErrorLimit = 8000;

    /// <summary>The result of a run of ours: without its block nothing is known of it.</summary>
    public async Task<CommandResult> ReadRunAsync(HostReply reply, CancellationToken cancellationToken)
    {
        var block = ResultBlock.Read(reply.StandardOutput);
        return IsRun(block)
            ? (await RunAsync(reply, block, cancellationToken).ConfigureAwait(false)).Result
            : Raw(reply, reply.Status == ReplyStatus.Success ? CommandState.Unknown : null) with
            {
                ExitCode = null,
                Truncated = reply.StandardOutput.Length > 0,
            };
    }

    /// <summary>The result of any command, ours or not, and why a part of its output is missing.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="isRun">Whether the command is a run of ours: an end without a block then tells nothing.</param>
    /// <param name="cancellationToken">Gives the fetch up.</param>
    public async Task<(CommandResult Result, FleetException? Incomplete)> ReadAnyAsync(
        HostReply reply, bool isRun, CancellationToken cancellationToken)
    {
        // Only ours speaks in blocks: any other command may print one, and its own exit code stands.
        var block = ResultBlock.Read(reply.StandardOutput);
        if (isRun && IsRun(block))
        {
            return await RunAsync(reply, block, cancellationToken).ConfigureAwait(false);
        }

        var result = Raw(reply, isRun && reply.Status == ReplyStatus.Success ? CommandState.Unknown : null);
        var output = new Stream(reply, "", "out", result.StandardOutput, IsWhole(reply, result.StandardOutput, OutputLimit));
        var error = new Stream(reply, "", "err", result.StandardError, IsWhole(reply, reply.StandardError, ErrorLimit));
        return await CompleteAsync(result, output, error, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A result that says no more than the host and the state.</summary>
    public static CommandResult Result(HostTarget target, CommandState state) => new()
    {
        InstanceId = target.InstanceId,
        Name = target.Name,
        Environment = target.Environment,
        Region = target.Region,
        State = state,
    };

    /// <summary>Why a command did not succeed on a host; null where it did.</summary>
    public static FleetException? Failure(HostReply reply, CommandResult result) => result switch
    {
        { State: CommandState.Succeeded } => null,
        { State: CommandState.Failed, ExitCode: { } code } => new FleetException(
            FailureKind.CommandFailed,
            $"The command on {reply.Target} ended with exit code {code}.",
            "Read StandardOutput and StandardError of the result.",
            reply.Target),
        { State: CommandState.Unknown } when reply.Status == ReplyStatus.Success => new FleetException(
            FailureKind.ResultUnreadable,
            $"The command on {reply.Target} ended, but its result did not arrive whole: what it did is unknown.",
            $"Read its output with Receive-AragoraCommand {reply.CommandId}.",
            reply.Target),
        _ => ReplyFailure.For(reply, "the command"),
    };

    private static bool IsRun(ResultBlock block) =>
        block.State == ResultBlockState.Complete && block.Text("op") == HostOperation.Run.Name && block.Text("spool") is not null;

    private static bool IsWhole(HostReply reply, string text, int limit) =>
        reply.IsWhole && text.Length < limit && !text.EndsWith(CutMark, StringComparison.Ordinal);

    private Task<(CommandResult Result, FleetException? Incomplete)> RunAsync(
        HostReply reply, ResultBlock block, CancellationToken cancellationToken)
    {
        var run = block.Text("spool")!;
        var exit = (int?)block.Number("exit");
        var result = Raw(reply, exit == 0 ? CommandState.Succeeded : CommandState.Failed) with { ExitCode = exit };
        var error = AgentNote.Strip(reply.StandardError);

        // What came over the service is right when it has the length that the host counted. If not, the host kept the rest.
        return CompleteAsync(
            result,
            new Stream(reply, run, "out", block.Rest, Encoding.UTF8.GetByteCount(block.Rest) == block.Number("out_bytes")),
            new Stream(reply, run, "err", error, Encoding.UTF8.GetByteCount(error) == block.Number("err_bytes")),
            cancellationToken);
    }

    private async Task<(CommandResult Result, FleetException? Incomplete)> CompleteAsync(
        CommandResult result, Stream output, Stream error, CancellationToken cancellationToken)
    {
        var (outText, outReason) = await WholeAsync(output, cancellationToken).ConfigureAwait(false);
        var (errText, errReason) = await WholeAsync(error, cancellationToken).ConfigureAwait(false);
        var reason = outReason ?? errReason;
        result = result with { StandardOutput = outText, StandardError = errText, Truncated = reason is not null };
        return (result, reason is null ? null : new FleetException(
            FailureKind.OutputIncomplete,
            $"The output of command {result.CommandId} on {output.Reply.Target} is longer than "
            + (output.Reply.Cause is null
                ? $"Systems Manager keeps, and the host does not give the rest: {reason}"
                : $"its list shows, and Systems Manager does not give the rest: {reason}"),
            "What there is of it is in the result; the host keeps the rest for two weeks, as long as it exists.",
            output.Reply.Target));
    }

    private async Task<(string Text, string? Reason)> WholeAsync(Stream stream, CancellationToken cancellationToken)
    {
        if (stream.IsWhole)
        {
            return (stream.Arrived, null);
        }

        if (stream.Reply.Cause is { } cause)
        {
            return (stream.Arrived, cause.Message);
        }

        var command = stream.RunId.Length > 0 ? "" : stream.Reply.CommandId!;
        var spool = new SpoolReader(runner, stream.Reply.Target, stream.RunId, command, stream.Name);
        return await spool.ReadAsync(cancellationToken).ConfigureAwait(false) is { } whole
            ? (whole, null)
            : (stream.Arrived, spool.Reason ?? "its answer could not be read.");
    }

    private static CommandResult Raw(HostReply reply, CommandState? state) =>
        Result(reply.Target, state ?? InvocationStatus.StateOf(reply.Status)) with
        {
            CommandId = reply.CommandId,
            ExitCode = reply.ExitCode is -1 ? null : reply.ExitCode,
            StandardOutput = reply.StandardOutput,
            StandardError = AgentNote.Strip(reply.StandardError),
            Started = reply.Started,
            Duration = reply.Finished - reply.Started,
        };

    /// <summary>One stream of a reply, as far as it came over the service.</summary>
    private sealed record Stream(HostReply Reply, string RunId, string Name, string Arrived, bool IsWhole);
}
