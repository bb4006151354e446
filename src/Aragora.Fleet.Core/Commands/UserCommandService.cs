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
    private readonly ReplyReader _reader = new(runner);

    /// <summary>Streams one result for each target, with the failure beside it where it did not succeed.</summary>
    /// <exception cref="FleetException">ParameterInterpolation, TextInvalid, ScriptTooLong; or nothing could be sent.</exception>
    public async IAsyncEnumerable<(CommandResult Result, FleetException? Failure)> RunAsync(
        UserCommand command, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = Request(command, NewRunId());
        await foreach (var reply in dispatcher.RunAsync(request, cancellationToken).ConfigureAwait(false))
        {
            var result = await _reader.ReadRunAsync(reply, cancellationToken).ConfigureAwait(false);
            yield return (result, ReplyReader.Failure(reply, result));
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
            .. outcome.Accepted.Select(sent => (ReplyReader.Result(sent.Target, CommandState.Sent) with { CommandId = sent.CommandId },
                (FleetException?)null)),
            .. outcome.NotAccepted.Select(reply => (ReplyReader.Result(reply.Target, InvocationStatus.StateOf(reply.Status)),
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
        var script = ScriptComposer.Compose(HostOperation.Run, parameters);
        return new CommandRequest
        {
            Targets = command.Targets,
            ScriptFor = _ => script,
            Comment = OwnComment.For(OwnComment.Run, command.Reason),
            DeliveryTimeout = command.DeliveryTimeout,
            ExecutionTimeout = command.ExecutionTimeout,
            IsRepeatable = false,
            CancelWhenAbandoned = true,
            NeedsFullOutput = true,
        };
    }

    private static string NewRunId() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    [GeneratedRegex(@"\{\{\s*ssm:", RegexOptions.IgnoreCase)]
    private static partial Regex Interpolation();
}
