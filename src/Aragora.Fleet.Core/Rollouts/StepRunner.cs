using System.Runtime.CompilerServices;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Rollouts;

/// <summary>
/// Runs one step on the hosts of a wave. A host that gives no answer is asked again with the same step id: it then tells
/// what became of the step and never runs it twice.
/// </summary>
internal sealed class StepRunner(HostOperationRunner runner, IFleetLog log)
{
    private const int MaxAsks = 3;

    /// <summary>Streams each host's step as it ends. Every host gets exactly one.</summary>
    public async IAsyncEnumerable<HostStep> RunAsync(
        Func<HostPlan, HostOperation> operationFor,
        Func<IReadOnlyList<HostPlan>, IReadOnlyDictionary<string, string>> parametersFor,
        IReadOnlyList<HostPlan> hosts,
        string doing,
        string comment,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var byId = hosts.ToDictionary(host => host.Target.InstanceId, StringComparer.Ordinal);
        var open = new Dictionary<string, HostPlan>(byId, StringComparer.Ordinal);
        for (var ask = 1; open.Count > 0; ask++)
        {
            var targets = open.Values.Select(host => host.Target).ToList();
            var answers = AskAsync(
                target => operationFor(byId[target.InstanceId]),
                group => parametersFor([.. group.Select(target => byId[target.InstanceId])]), targets, doing, comment,
                cancellationToken);
            await foreach (var answer in answers.ConfigureAwait(false))
            {
                var step = Read(answer, open[answer.Target.InstanceId], isFirstAsk: ask == 1);
                if (step.Block is null && step.Outcome == "unknown" && ask < MaxAsks)
                {
                    log.Verbose($"{answer.Target} gave no result of its step; it is asked again: {answer.Failure!.Message}");
                    continue;
                }

                open.Remove(answer.Target.InstanceId);
                log.Verbose($"{answer.Target}: {step.Outcome}" +
                    (step.Block?.Text("reason") is { } reason ? $" ({step.Block.Text("phase")}: {reason})" : ""));
                yield return step;
            }
        }
    }

    // A run that has begun must tell what became of every host, so a send that fails as a whole (expired credentials, no
    // network) is an answer for each host and never an exception that would lose the others' results.
    private async IAsyncEnumerable<HostAnswer> AskAsync(
        Func<HostTarget, HostOperation> operationFor,
        Func<IReadOnlyList<HostTarget>, IReadOnlyDictionary<string, string>> parametersFor,
        IReadOnlyList<HostTarget> targets,
        string doing,
        string comment,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var answers = runner.RunAsync(operationFor, parametersFor, targets, doing, comment, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        await using var disposal = answers.ConfigureAwait(false);
        FleetException? failure = null;
        var answered = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            try
            {
                if (!await answers.MoveNextAsync().ConfigureAwait(false))
                {
                    yield break;
                }
            }
            catch (FleetException e)
            {
                failure = e;
                break;
            }

            answered.Add(answers.Current.Target.InstanceId);
            yield return answers.Current;
        }

        var status = failure.Kind == FailureKind.ServiceUnavailable ? ReplyStatus.NoReply : ReplyStatus.NotSent;
        foreach (var target in targets.Where(target => !answered.Contains(target.InstanceId)))
        {
            yield return new HostAnswer(new HostReply { Target = target, Status = status, Cause = failure }, null, failure);
        }
    }

    private static HostStep Read(HostAnswer answer, HostPlan host, bool isFirstAsk)
    {
        var outcome = answer.Block is { } block
            ? block.Text("outcome") ?? "unknown"
            : isFirstAsk && answer.Reply.Status is ReplyStatus.Undeliverable or ReplyStatus.Refused or ReplyStatus.NotSent
                or ReplyStatus.Terminated or ReplyStatus.AccessDenied or ReplyStatus.InvalidPlatform
                ? "not-reached"
                : "unknown";
        return new HostStep(host, outcome, answer.Block, answer.Failure, answer.Reply);
    }
}
