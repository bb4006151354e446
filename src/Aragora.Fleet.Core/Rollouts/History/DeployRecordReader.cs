using System.Globalization;

namespace Aragora.Fleet.Rollouts.History;

/// <summary>Makes one run of what each of its hosts says.</summary>
internal static class DeployRecordReader
{
    private const int Canary = 1;

    /// <param name="deployId">The run.</param>
    /// <param name="answers">What all hosts say of how it stands.</param>
    /// <param name="details">What one host at least says of what it was to do.</param>
    /// <param name="livesUntil">When the fleet lock dies that carries the run; null where none does.</param>
    public static DeployRecord Read(
        string deployId, IReadOnlyList<HostHistory> answers, IReadOnlyList<HostHistory> details, DateTimeOffset? livesUntil)
    {
        var runs = answers
            .SelectMany(answer => answer.Runs.Where(run => run.DeployId == deployId).Select(run => new Part(answer, run)))
            .OrderBy(part => part.Target.Name, StringComparer.Ordinal)
            .ToList();
        var record = RunRecord.Newest(details);
        var hosts = runs.ConvertAll(Host);
        var missing = Math.Max(0, (record.Hosts ?? 0) - hosts.Count);
        // Where nobody told how many hosts it has, any that is silent may be of it.
        var couldBeSilent = (record.Hosts is null || missing > 0) && answers.Concat(details).Any(answer => answer.Failure is not null);
        var moving = runs.FindAll(part => !part.Stayed);
        var state = livesUntil is null ? State(moving, missing, couldBeSilent) : LivingState(moving, record);
        var kind = record.Kind ?? runs[0].Run.Kind;
        var targets = hosts.Select(host => host.To).Distinct(StringComparer.Ordinal).ToList();
        return new DeployRecord
        {
            DeployId = deployId,
            Kind = kind,
            Environment = hosts[0].Environment,
            Wanted = record.Wanted,
            Target = targets.Count == 1 ? targets[0] : null,
            Who = record.Who,
            Reason = record.Reason,
            Started = runs.Min(part => part.Run.When),
            Attempt = record.Attempt,
            State = state,
            Hosts = hosts,
            MissingHostCount = missing,
            Next = Next(deployId, kind, runs, state, livesUntil),
        };
    }

    private static DeployRecordHost Host(Part part) => new()
    {
        InstanceId = part.Target.InstanceId,
        Name = part.Target.Name,
        Environment = part.Target.Environment,
        Region = part.Target.Region,
        From = part.Run.From,
        To = part.Run.To,
        State = part.State,
    };

    private static DeployState LivingState(List<Part> parts, RunRecord record)
    {
        var done = parts.FindAll(part => part.Run.State == HostRunState.Done);
        return record.Approve && done.Count > 0 && done.TrueForAll(part => part.Run.Wave == Canary) &&
            parts.TrueForAll(part => part.Run.State is HostRunState.Done or HostRunState.NotStarted)
            ? DeployState.AwaitingApproval
            : DeployState.Running;
    }

    private static DeployState State(List<Part> parts, int missing, bool couldBeSilent)
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
            [HostRunState.NotStarted] => DeployState.NotStarted,
            _ when states.Contains(HostRunState.Back) && !couldBeSilent &&
                states.TrueForAll(state => state is HostRunState.Back or HostRunState.NotStarted) => DeployState.Reverted,
            _ => DeployState.Incomplete,
        };
    }

    // A run in which a host failed was on its way back, or will fail there again; any other was on its way forward. Where a
    // host has moved on since, the one would be refused, and the other take a newer release away.
    private static string? Next(
        string deployId, string? kind, List<Part> parts, DeployState state, DateTimeOffset? livesUntil)
    {
        if (livesUntil is { } end)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"Resume-AragoraDeploy -DeployId {deployId} # if its client is gone: from {end.UtcDateTime:HH:mm:ss} UTC on");
        }

        if (state is not (DeployState.Incomplete or DeployState.NotStarted) || parts.Exists(part => part.MovedOn))
        {
            return null;
        }

        var goesBack = kind != "Restore" && parts.Exists(part => part.State is HostRunState.Failed or HostRunState.Back);
        return $"{(goesBack ? "Restore-AragoraCommit" : "Resume-AragoraDeploy")} -DeployId {deployId}";
    }

    /// <summary>What one host says of the run.</summary>
    private sealed record Part(HostHistory Answer, HostRun Run)
    {
        public HostTarget Target => Answer.Target;

        /// <summary>Whether the run had nothing to do there: it ran what it should, and was in no wave or still does.</summary>
        public bool Stayed => Run.State == HostRunState.NotStarted && Run.From == Run.To &&
            (Run.Wave is null || (Answer.Running == Run.To && Answer.Disk == Run.To));

        /// <summary>Whether the host is neither where the run found it nor where the run was to bring it.</summary>
        public bool MovedOn => (Answer.Running ?? Answer.Disk) is { } now &&
            new[] { Run.From, Run.To }.All(end => end != now && end != Answer.Disk);

        /// <summary>How the run stands there, with what later runs made of it.</summary>
        public HostRunState State => Stayed ? HostRunState.Done
            : Run.IsReturned && Run.State is not (HostRunState.NotStarted or HostRunState.Running) ? HostRunState.Back
            : Run.State;
    }
}
