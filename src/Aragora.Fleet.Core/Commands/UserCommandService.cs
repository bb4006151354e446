using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Commands;

/// <summary>Runs text of the user's own on hosts and brings its output back whole.</summary>
/// <param name="dispatcher">Sends and follows.</param>
/// <param name="runner">Runs the operation that fetches output beyond the service's cut.</param>
public sealed partial class UserCommandService(CommandDispatcher dispatcher, HostOperationRunner runner)
{
    /// <summary>Streams one result for each target, with the failure beside it where it did not succeed.</summary>
    /// <exception cref="FleetException">ParameterInterpolation, TextInvalid, ScriptTooLong; or nothing could be sent.</exception>
    public async IAsyncEnumerable<(CommandResult Result, FleetException? Failure)> RunAsync(
        UserCommand command, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var runId = NewRunId();
        var request = Request(command, runId);
        await foreach (var reply in dispatcher.RunAsync(request, cancellationToken).ConfigureAwait(false))
        {
            var result = await ReadAsync(reply, runId, cancellationToken).ConfigureAwait(false);
            yield return (result, result.State == CommandState.Succeeded ? null : Failure(reply, result));
        }
    }

    /// <summary>Sends and does not wait: one result for each target, <see cref="CommandState.Sent"/> or with a failure.</summary>
    /// <exception cref="FleetException">As for <see cref="RunAsync"/>.</exception>
    public async Task<IReadOnlyList<(CommandResult Result, FleetException? Failure)>> SendAsync(
        UserCommand command, CancellationToken cancellationToken)
    {
        var outcome = await dispatcher.SendAsync(Request(command, NewRunId()), cancellationToken).ConfigureAwait(false);
        return
        [
            .. outcome.Accepted.Select(sent => (Result(sent.Target, CommandState.Sent) with { CommandId = sent.CommandId },
                (FleetException?)null)),
            .. outcome.NotAccepted.Select(reply => (Result(reply.Target, State(reply.Status)),
                (FleetException?)ReplyFailure.For(reply, "the command"))),
        ];
    }

    private static CommandRequest Request(UserCommand command, string runId)
    {
        if (Interpolation().IsMatch(command.Text))
        {
            throw new FleetException(
                FailureKind.ParameterInterpolation,
                "The text holds '{{ssm:…}}', which Systems Manager would replace on the host by a parameter's value, unquoted.",
                "Read the parameter in the script itself: aws ssm get-parameter.",
                Interpolation().Match(command.Text).Value);
        }

        var parameters = new Dictionary<string, string>
        {
            ["P_SCRIPT"] = command.Text.Replace("\r\n", "\n").TrimStart('\uFEFF'), ["P_RUN"] = runId,
        };
        return new CommandRequest
        {
            Targets = command.Targets,
            Script = ScriptComposer.Compose(HostOperation.Run, parameters),
            Comment = $"aragora-fleet run {command.Reason}".TrimEnd(),
            DeliveryTimeout = command.DeliveryTimeout,
            ExecutionTimeout = command.ExecutionTimeout,
            IsRepeatable = false,
            CancelWhenAbandoned = true,
            NeedsFullOutput = true,
        };
    }

    private async Task<CommandResult> ReadAsync(HostReply reply, string runId, CancellationToken cancellationToken)
    {
        var block = ResultBlock.Read(reply.StandardOutput);
        if (block.State != ResultBlockState.Complete)
        {
            return Result(reply.Target, reply.Status == ReplyStatus.Success ? CommandState.Unknown : State(reply.Status)) with
            {
                CommandId = reply.CommandId,
                StandardOutput = reply.StandardOutput,
                StandardError = AgentNote.Strip(reply.StandardError),
                Truncated = reply.StandardOutput.Length > 0,
                Started = reply.Started,
                Duration = reply.Finished - reply.Started,
            };
        }

        var output = await WholeAsync(
            reply.Target, runId, "out", block.Rest, block.Number("out_bytes"), cancellationToken).ConfigureAwait(false);
        var error = await WholeAsync(
            reply.Target, runId, "err", AgentNote.Strip(reply.StandardError), block.Number("err_bytes"), cancellationToken)
            .ConfigureAwait(false);
        var exit = (int?)block.Number("exit");
        return Result(reply.Target, exit == 0 ? CommandState.Succeeded : CommandState.Failed) with
        {
            CommandId = reply.CommandId,
            ExitCode = exit,
            StandardOutput = output.Text,
            StandardError = error.Text,
            Truncated = !output.IsWhole || !error.IsWhole,
            Started = reply.Started,
            Duration = reply.Finished - reply.Started,
        };
    }

    // What came over the service is right when it has the length that the host counted. If not, the host kept the rest.
    private async Task<(string Text, bool IsWhole)> WholeAsync(
        HostTarget target, string runId, string stream, string arrived, long? bytes, CancellationToken cancellationToken)
    {
        if (bytes is null || System.Text.Encoding.UTF8.GetByteCount(arrived) == bytes)
        {
            return (arrived, bytes is not null);
        }

        var spool = new SpoolReader(runner, target, runId, stream);
        return await spool.ReadAsync(cancellationToken).ConfigureAwait(false) is { } whole ? (whole, true) : (arrived, false);
    }

    private static FleetException Failure(HostReply reply, CommandResult result) => result switch
    {
        { State: CommandState.Failed, ExitCode: { } code } => new FleetException(
            FailureKind.CommandFailed,
            $"The command on {reply.Target} ended with exit code {code}.",
            "Read StandardOutput and StandardError of the result.",
            reply.Target),
        { State: CommandState.Unknown } when reply.Status == ReplyStatus.Success => new FleetException(
            FailureKind.ResultUnreadable,
            $"The command on {reply.Target} ended, but its result did not arrive whole: what it did is unknown.",
            $"Read the output of the command {reply.CommandId} in the AWS console.",
            reply.Target),
        _ => ReplyFailure.For(reply, "the command"),
    };

    private static CommandState State(ReplyStatus status) => status switch
    {
        ReplyStatus.Success => CommandState.Succeeded,
        ReplyStatus.Failed => CommandState.Failed,
        ReplyStatus.ExecutionTimedOut => CommandState.TimedOut,
        ReplyStatus.Cancelled => CommandState.Cancelled,
        ReplyStatus.NoReply or ReplyStatus.DeliveryTimedOut => CommandState.Unknown,
        _ => CommandState.NotDelivered,
    };

    private static CommandResult Result(HostTarget target, CommandState state) => new()
    {
        InstanceId = target.InstanceId,
        Name = target.Name,
        Environment = target.Environment,
        Region = target.Region,
        State = state,
    };

    private static string NewRunId() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    [GeneratedRegex(@"\{\{\s*ssm:", RegexOptions.IgnoreCase)]
    private static partial Regex Interpolation();
}
