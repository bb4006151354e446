namespace Aragora.Fleet.Rollouts.History;

/// <summary>Makes one run of what each of its hosts says.</summary>
internal static class DeployRecordReader
{
    /// <param name="deployId">The run.</param>
    /// <param name="answers">What all hosts say of how it stands.</param>
    /// <param name="details">What one host at least says of what it was to do.</param>
    /// <param name="isAlive">Whether a living fleet lock carries the run.</param>
    public static DeployRecord Read(
        string deployId, IReadOnlyList<HostHistory> answers, IReadOnlyList<HostHistory> details, bool isAlive)
    {
        var runs = answers
            .SelectMany(answer => answer.Runs.Where(run => run.DeployId == deployId).Select(run => (answer.Target, Run: run, Stayed: Stayed(answer, run))))
            .OrderBy(host => host.Target.Name, StringComparer.Ordinal)
            .ToList();
        // A resumption that not all hosts have taken up yet has left the newer record on some.
        var record = details.Select(detail => new RunRecord(detail.Record)).MaxBy(found => found.Attempt)!;
        var hosts = runs.ConvertAll(host => Host(host.Target, host.Run, host.Stayed));
        var moving = hosts.Where((_, index) => !runs[index].Stayed).ToList();
        var missing = Math.Max(0, (record.Hosts ?? 0) - hosts.Count);
        var couldBeSilent = missing > 0 && answers.Any(answer => answer.Failure is not null);
        var state = State(moving, record, isAlive, couldBeSilent, FirstWave(details));
        var targets = hosts.Select(host => host.To).Distinct(StringComparer.Ordinal).ToList();
        return new DeployRecord
        {
            DeployId = deployId,
            Kind = record.Kind ?? runs[0].Run.Kind,
            Environment = hosts[0].Environment,
            Wanted = record.Wanted,
            Target = targets.Count == 1 ? targets[0] : null,
            Who = record.Who,
            Reason = record.Reason,
            Started = runs.Min(host => host.Run.When),
            Attempt = record.Attempt,
            State = state,
            Hosts = hosts,
            MissingHostCount = missing,
            Next = Next(deployId, record.Kind ?? runs[0].Run.Kind, hosts, state),
        };
    }

    // The run took the host and had nothing to do there: it ran what it should, and still does.
    private static bool Stayed(HostHistory answer, HostRun run) => run.State == HostRunState.NotStarted &&
        run.From == run.To && answer.Running == run.To && answer.Disk == run.To;

    private static DeployRecordHost Host(HostTarget target, HostRun run, bool stayed) => new()
    {
        InstanceId = target.InstanceId,
        Name = target.Name,
        Environment = target.Environment,
        Region = target.Region,
        From = run.From,
        To = run.To,
        State = stayed ? HostRunState.Done : run.State,
    };

    private static HashSet<string> FirstWave(IReadOnlyList<HostHistory> details) =>
    [
        .. details.Where(detail => new RunRecord(detail.Record).Wave == 1).Select(detail => detail.Target.InstanceId),
    ];

    private static DeployState State(
        List<DeployRecordHost> hosts, RunRecord record, bool isAlive, bool couldBeSilent, HashSet<string> firstWave)
    {
        if (isAlive)
        {
            var done = hosts.Where(host => host.State == HostRunState.Done).Select(host => host.InstanceId).ToList();
            return record.Approve && done.Count > 0 && done.TrueForAll(firstWave.Contains) &&
                hosts.TrueForAll(host => host.State is HostRunState.Done or HostRunState.NotStarted)
                ? DeployState.AwaitingApproval
                : DeployState.Running;
        }

        var states = hosts.Select(host => host.State).Distinct().ToList();
        return states switch
        {
            [] when !couldBeSilent => DeployState.Completed,
            [HostRunState.NotStarted] => DeployState.NotStarted,
            [HostRunState.Done] when !couldBeSilent => DeployState.Completed,
            _ when states.Contains(HostRunState.Back) && !couldBeSilent &&
                states.TrueForAll(state => state is HostRunState.Back or HostRunState.NotStarted) => DeployState.Reverted,
            _ => DeployState.Incomplete,
        };
    }

    // A run in which a host failed was on its way back, or will fail there again; any other was on its way forward.
    private static string? Next(string deployId, string? kind, List<DeployRecordHost> hosts, DeployState state)
    {
        if (state is not (DeployState.Incomplete or DeployState.NotStarted))
        {
            return null;
        }

        var goesBack = kind != "Restore" && hosts.Exists(host => host.State is HostRunState.Failed or HostRunState.Back);
        return $"{(goesBack ? "Restore-AragoraCommit" : "Resume-AragoraDeploy")} -DeployId {deployId}";
    }
}
