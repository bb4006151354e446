using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Rollouts.History;

/// <summary>Puts together from all hosts what became of runs. Works from any machine: the hosts hold all there is to know.</summary>
/// <param name="history">Asks the hosts.</param>
public sealed class DeployHistory(HistoryService history)
{
    /// <summary>The newest runs, newest first.</summary>
    /// <param name="instances">The hosts to ask; one that cannot be asked counts as one that told nothing.</param>
    /// <param name="last">How many runs, 10 at most.</param>
    /// <param name="living">The runs that a living fleet lock carries.</param>
    /// <param name="cancellationToken">Gives the question up.</param>
    public async Task<DeployHistoryAnswer> LastAsync(
        IReadOnlyList<Instance> instances, int last, IReadOnlyDictionary<string, LivingRun> living, CancellationToken cancellationToken)
    {
        var answers = await AskAllAsync(instances, new HistoryQuestion { Runs = last }, cancellationToken).ConfigureAwait(false);
        var newest = answers.SelectMany(answer => answer.Runs).Select(run => run.DeployId).Distinct(StringComparer.Ordinal)
            .OrderDescending(StringComparer.Ordinal).Take(last).ToList();
        var records = await Task.WhenAll(newest.Select(id => DetailAsync(id, answers, living, cancellationToken)))
            .ConfigureAwait(false);
        return new DeployHistoryAnswer(records, Silent(answers));
    }

    /// <summary>One run; none where no host knows it.</summary>
    public async Task<DeployHistoryAnswer> OneAsync(
        IReadOnlyList<Instance> instances, string deployId, IReadOnlyDictionary<string, LivingRun> living, CancellationToken cancellationToken)
    {
        var answers = await AskAllAsync(instances, new HistoryQuestion { DeployId = deployId }, cancellationToken).ConfigureAwait(false);
        DeployRecord[] records = answers.Any(answer => answer.Runs.Count > 0)
            ? [DeployRecordReader.Read(deployId, answers, answers, living.GetValueOrDefault(deployId))]
            : [];
        return new DeployHistoryAnswer(records, Silent(answers));
    }

    // All hosts of a run keep the same record but for their own part, so one of them is asked for it.
    private async Task<DeployRecord> DetailAsync(
        string deployId, IReadOnlyList<HostHistory> answers, IReadOnlyDictionary<string, LivingRun> living, CancellationToken cancellationToken)
    {
        var witness = answers.First(answer => answer.Runs.Any(run => run.DeployId == deployId)).Target;
        var details = await AskAsync([witness], new HistoryQuestion { DeployId = deployId }, cancellationToken)
            .ConfigureAwait(false);
        return DeployRecordReader.Read(deployId, answers, details, living.GetValueOrDefault(deployId));
    }

    private async Task<IReadOnlyList<HostHistory>> AskAllAsync(
        IReadOnlyList<Instance> instances, HistoryQuestion question, CancellationToken cancellationToken)
    {
        var targets = instances.Where(instance => instance.Ping != PingStatus.NotManaged).Select(HostTarget.From).ToList();
        var answers = await AskAsync(targets, question, cancellationToken).ConfigureAwait(false);
        return [.. answers, .. HostHistory.OfUnmanaged(instances)];
    }

    private async Task<IReadOnlyList<HostHistory>> AskAsync(
        IReadOnlyList<HostTarget> targets, HistoryQuestion question, CancellationToken cancellationToken)
    {
        var answers = new List<HostHistory>();
        await foreach (var answer in history.AskAsync(targets, question, cancellationToken).ConfigureAwait(false))
        {
            answers.Add(answer);
        }

        return answers;
    }

    private static List<HostHistory> Silent(IReadOnlyList<HostHistory> answers) =>
        [.. answers.Where(answer => answer.Failure is not null)];
}

/// <summary>What the hosts told of runs.</summary>
/// <param name="Records">The runs, newest first.</param>
/// <param name="Silent">The hosts that told nothing, and why.</param>
public sealed record DeployHistoryAnswer(IReadOnlyList<DeployRecord> Records, IReadOnlyList<HostHistory> Silent)
{
    /// <summary>The failure where a run was asked for that no host knows.</summary>
    public FleetException NotFound(string deployId, int asked) =>
        RunFailures.NotFound(deployId, asked, [.. Silent.Select(host => host.Target)]);
}
