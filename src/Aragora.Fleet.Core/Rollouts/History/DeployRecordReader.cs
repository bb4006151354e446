namespace Aragora.Fleet.Rollouts.History;

/// <summary>Makes one run of what each of its hosts says.</summary>
internal static class DeployRecordReader
{
    /// <param name="deployId">The run.</param>
    /// <param name="answers">What all hosts say of how it stands.</param>
    /// <param name="details">What one host at least says of what it was to do.</param>
    /// <param name="life">What the living fleet lock tells that carries the run; null where none does.</param>
    public static DeployRecord Read(
        string deployId, IReadOnlyList<HostHistory> answers, IReadOnlyList<HostHistory> details, LivingRun? life)
    {
        var parts = answers
            .SelectMany(answer => answer.Runs.Where(run => run.DeployId == deployId).Select(run => new RunPart(answer, run)))
            .OrderBy(part => part.Target.Name, StringComparer.Ordinal)
            .ToList();
        var record = RunRecord.Newest(details);
        var hosts = parts.ConvertAll(Host);
        var leftOut = record.LeftOut.Without(hosts.Select(host => host.InstanceId));
        var missing = Math.Max(0, (record.Hosts ?? 0) + record.LeftOut.Count - leftOut.Count - hosts.Count);
        var silent = answers.Concat(details).Where(answer => answer.Failure is not null).Select(answer => answer.Target.InstanceId)
            .Except(leftOut.Ids, StringComparer.Ordinal).Count();
        // Where nobody told how many hosts it has, any that is silent may be of it.
        var couldBeSilent = (record.Hosts is null || missing > 0) && silent > 0;
        var moving = parts.FindAll(part => !part.Stayed);
        var targets = hosts.Select(host => host.To).Distinct(StringComparer.Ordinal).ToList();
        var run = new DeployRecord
        {
            DeployId = deployId,
            Kind = record.Kind ?? parts[0].Run.Kind,
            Environment = hosts[0].Environment,
            Wanted = record.Wanted,
            Target = targets.Count == 1 ? targets[0] : null,
            Who = record.Who,
            Reason = record.Reason,
            Started = parts.Min(part => part.Run.When),
            Attempt = record.Attempt,
            State = life is null ? State(moving, missing, couldBeSilent) : LivingState(moving, record, life),
            Hosts = hosts,
            LeftOut = leftOut.Ids,
            LeftOutHostCount = leftOut.Count,
            MissingHostCount = missing + leftOut.Count,
        };
        return run with
        {
            Next = life is null
                ? NextCommand.AfterIts(run, parts, run.State == DeployState.NotStarted && missing > silent, leftOut)
                : NextCommand.WhileAlive(deployId, run.State, life),
        };
    }

    private static DeployRecordHost Host(RunPart part) => new()
    {
        InstanceId = part.Target.InstanceId,
        Name = part.Target.Name,
        Environment = part.Target.Environment,
        Region = part.Target.Region,
        From = part.Run.From,
        To = part.Run.To,
        State = part.Left,
        Since = part.Since,
    };

    // It waits where nobody has approved and no host is at work, once the waves so far have left something standing.
    private static DeployState LivingState(List<RunPart> parts, RunRecord record, LivingRun life)
    {
        var done = parts.Where(part => part.Run.State == HostRunState.Done).Max(part => part.Run.Wave);
        return record.Approve && !life.IsDecided && done is not null && parts.TrueForAll(part => part.Run.State switch
        {
            HostRunState.Done or HostRunState.Back => true,
            HostRunState.NotStarted => part.Run.Wave > done,
            _ => false,
        })
            ? DeployState.AwaitingApproval
            : DeployState.Running;
    }

    private static DeployState State(List<RunPart> parts, int missing, bool couldBeSilent)
    {
        // One that has moved no host may have been cut short before it had all of its hosts.
        var mayHaveBegun = parts.Count > 0 || missing == 0;
        // A run that was complete stays so, unless all of it was taken back since.
        var wasWhole = mayHaveBegun && parts.TrueForAll(part => part.Run is { State: HostRunState.Done, IsUnaccepted: false });
        if (wasWhole && !couldBeSilent && (parts.Count == 0 || parts.Exists(part => !part.Run.IsReturned)))
        {
            return DeployState.Completed;
        }

        var states = parts.Select(part => part.State).Distinct().ToList();
        return states switch
        {
            [] or [HostRunState.NotStarted] => DeployState.NotStarted,
            _ when states.Contains(HostRunState.Back) && !couldBeSilent &&
                states.TrueForAll(state => state is HostRunState.Back or HostRunState.NotStarted) => DeployState.Reverted,
            _ => DeployState.Incomplete,
        };
    }
}
