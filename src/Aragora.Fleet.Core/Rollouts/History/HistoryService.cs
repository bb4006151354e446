using System.Globalization;
using System.Runtime.CompilerServices;
using Aragora.Fleet.Commands;
using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Rollouts.History;

/// <summary>Asks hosts what ran on them and what became of the runs that had them. Changes nothing.</summary>
/// <param name="runner">Runs operations on hosts.</param>
/// <param name="settings">The unit's name.</param>
public sealed class HistoryService(HostOperationRunner runner, FleetSettings settings)
{
    /// <summary>A read ends within a minute; a step that is under way is waited for by as many reads as it takes.</summary>
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(45);

    /// <summary>Streams one answer for each host.</summary>
    public async IAsyncEnumerable<HostHistory> AskAsync(
        IReadOnlyList<HostTarget> targets, HistoryQuestion question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, string>
        {
            ["P_UNIT"] = settings.Unit,
            ["P_DEPLOY"] = question.DeployId ?? "",
            ["P_BEFORE"] = Utc(question.Before),
            ["P_NAMED"] = string.Join(' ', question.Named),
            ["P_POINTS"] = Number(question.Points),
            ["P_RUNS"] = Number(question.Runs),
            ["P_WAIT"] = Number((int)Math.Min(question.Wait.TotalSeconds, s_longestWait.TotalSeconds)),
        };
        var answers = runner.RunAsync(
            HostOperation.History, parameters, targets, "the look at the past", OwnComment.For("history"), cancellationToken);
        await foreach (var answer in answers.ConfigureAwait(false))
        {
            yield return HistoryReader.Read(answer);
        }
    }

    /// <summary>All answers by instance id; where a step of the run is still under way, after its end or the longest wait.</summary>
    public async Task<Dictionary<string, HostHistory>> AskUntilSettledAsync(
        IReadOnlyList<HostTarget> targets, HistoryQuestion question, CancellationToken cancellationToken)
    {
        var answers = new Dictionary<string, HostHistory>(StringComparer.Ordinal);
        var open = targets;
        for (var left = question.Wait; open.Count > 0; left -= s_longestWait)
        {
            var round = question with { Wait = left > TimeSpan.Zero ? left : TimeSpan.Zero };
            await foreach (var answer in AskAsync(open, round, cancellationToken).ConfigureAwait(false))
            {
                answers[answer.Target.InstanceId] = answer;
            }

            open = left <= TimeSpan.Zero ? [] :
            [
                .. open.Where(target => answers[target.InstanceId].Runs is [{ State: HostRunState.Running }] && question.DeployId is not null),
            ];
        }

        return answers;
    }

    private static string Utc(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
