using System.Runtime.CompilerServices;
using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Commands;

/// <summary>Runs one of the module's own operations on hosts and reads the result blocks.</summary>
/// <param name="dispatcher">Sends and follows.</param>
/// <param name="settings">The timeouts.</param>
public sealed class HostOperationRunner(CommandDispatcher dispatcher, FleetSettings settings)
{
    /// <summary>Streams each host's answer as it becomes final. Every target gets exactly one.</summary>
    /// <param name="operation">What to run.</param>
    /// <param name="parameters">Its parameters; they are quoted by the composer.</param>
    /// <param name="targets">The hosts.</param>
    /// <param name="doing">What it is, as a noun, for comments and errors: "the health check".</param>
    /// <param name="comment">What the command history shows.</param>
    /// <param name="cancellationToken">Gives the wait up; a read is then cancelled at the service, a step never.</param>
    public IAsyncEnumerable<HostAnswer> RunAsync(
        HostOperation operation,
        IReadOnlyDictionary<string, string> parameters,
        IReadOnlyList<HostTarget> targets,
        string doing,
        string comment,
        CancellationToken cancellationToken) =>
        RunAsync(_ => operation, _ => parameters, targets, doing, comment, cancellationToken);

    /// <summary>
    /// As the other, with an operation for each host, and with parameters for the hosts of each send: 50 at most, all with
    /// the same operation. Either all of the operations are steps, or none is.
    /// </summary>
    public async IAsyncEnumerable<HostAnswer> RunAsync(
        Func<HostTarget, HostOperation> operationFor,
        Func<IReadOnlyList<HostTarget>, IReadOnlyDictionary<string, string>> parametersFor,
        IReadOnlyList<HostTarget> targets,
        string doing,
        string comment,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (targets.Count == 0)
        {
            yield break;
        }

        var operation = operationFor(targets[0]);
        var request = new CommandRequest
        {
            Targets = targets,
            KindOf = operationFor,
            ScriptFor = group => ScriptComposer.Compose(operationFor(group[0]), parametersFor(group)),
            Comment = comment,
            DeliveryTimeout = settings.DeliveryTimeout,
            ExecutionTimeout = operation.IsStep ? settings.StepTimeout : settings.ReadTimeout,
            IsRepeatable = true,
            CancelWhenAbandoned = !operation.IsStep,
            NeedsFullOutput = operation == HostOperation.Fetch || operation == HostOperation.Items,
        };
        await foreach (var reply in dispatcher.RunAsync(request, cancellationToken).ConfigureAwait(false))
        {
            yield return Read(reply, doing);
        }
    }

    private static HostAnswer Read(HostReply reply, string doing)
    {
        var block = ResultBlock.Read(reply.StandardOutput);
        if (block.State == ResultBlockState.Complete)
        {
            return new HostAnswer(reply, block, null);
        }

        var failure = reply.Status == ReplyStatus.Success
            ? new FleetException(
                FailureKind.ResultUnreadable,
                $"{char.ToUpperInvariant(doing[0])}{doing[1..]} on {reply.Target} ended, but its result is {Describe(block.State)}.",
                "Ask again; if it stays so, read the output of the command " + reply.CommandId + ".",
                reply.Target)
            : ReplyFailure.For(reply, doing);
        return new HostAnswer(reply, null, failure);
    }

    private static string Describe(ResultBlockState state) => state switch
    {
        ResultBlockState.None => "missing",
        ResultBlockState.Cut => "cut short",
        _ => "damaged",
    };
}
