using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts.History;
using Aragora.Fleet.Rollouts.Plans;

namespace Aragora.Fleet.Rollouts;

/// <summary>
/// Plans how a run that stopped goes on. The hosts tell what it was to do, how far it came and where it found them;
/// no memory of the machine that it ran on is asked.
/// </summary>
/// <param name="planner">Makes plans whole.</param>
/// <param name="runner">Runs operations on hosts.</param>
/// <param name="settings">The unit's name, the longest that a step may take.</param>
/// <param name="time">The clock.</param>
public sealed class ResumePlanner(
    ChangePlanner planner, HostOperationRunner runner, FleetSettings settings, TimeProvider time)
{
    /// <summary>Plans the next attempt of a run; a plan with nothing to do where all of it is verified at its target.</summary>
    /// <param name="deployId">The run.</param>
    /// <param name="instances">The hosts to look for its hosts among.</param>
    /// <param name="who">Who goes on with it.</param>
    /// <param name="origin">Which fleet the hosts are of.</param>
    /// <param name="isPreview">Whether the plan is only shown: a step that is under way is told then, and not waited for.</param>
    /// <param name="cancellationToken">Gives the plan up.</param>
    /// <exception cref="FleetException">DeployNotFound, DeployComplete, HostsTooFew, or a failure of the service.</exception>
    public async Task<ChangePlan> PlanAsync(
        string deployId, IReadOnlyList<Instance> instances, string who, PlanOrigin origin, bool isPreview, CancellationToken cancellationToken)
    {
        var past = await AskAsync(deployId, instances, isPreview, cancellationToken).ConfigureAwait(false);
        var found = RunHosts.Of(deployId, [.. instances.Select(i => new HostPlan { Target = HostTarget.From(i) })], past);
        var run = DeployRecordReader.Read(deployId, [.. past.Values], [.. past.Values], life: null);
        if (run.State == DeployState.Reverted)
        {
            throw RunFailures.WentBack(run);
        }

        // Which hosts it was to take beside these is known nowhere.
        if (run.State == DeployState.NotStarted && found.Note is { } gone)
        {
            throw RunFailures.NeverBegun(run, gone);
        }

        var ids = found.Plans.Select(row => row.Target.InstanceId).ToHashSet(StringComparer.Ordinal);
        var own = instances.Where(instance => ids.Contains(instance.InstanceId)).ToList();
        var rows = await new Preflight(runner, settings).LookAsync(own, cancellationToken).ConfigureAwait(false);
        var hosts = rows.Select(row => Continue(row, past.GetValueOrDefault(row.Target.InstanceId), isPreview)).ToList();
        if (run.State == DeployState.Completed && hosts.FindAll(host => host is { IsDone: false, IsCurrent: false }) is { Count: > 0 } changed)
        {
            throw RunFailures.MovedOnWhole(run, changed.ConvertAll(host => host.Target));
        }

        var record = RunRecord.Newest(past.Values);
        var plan = new ChangePlan
        {
            DeployId = deployId,
            Kind = run.Kind == nameof(RolloutKind.Restore) ? RolloutKind.Restore : RolloutKind.Deploy,
            MendsDrift = run.Kind == RunRecord.Repair,
            Wanted = run.Wanted ?? run.Target ?? deployId,
            Target = run.Target,
            Environment = ChangePlanner.OneEnvironment(own),
            Hosts = hosts,
            Waves = [],
            OnFailure = record.OnFailure,
            Gates = record.Gates,
            Attempt = record.Attempt + 1,
            EarlierHosts = record.Hosts ?? 0,
            EarlierLeftOut = record.LeftOut,
            WasGated = record.IsGated,
            Notes =
            [
                .. found.Note is { } note ? [note] : Array.Empty<string>(),
                .. run.Kind == RunRecord.Repair ? RunFailures.LeftBehind(run, hosts, past) : [],
                .. run.LeftOutHostCount > 0 ? [RunFailures.LeftOut(run)] : Array.Empty<string>(),
                .. isPreview ? RunFailures.UnderWay(deployId, past.Values) : [],
            ],
            Reason = run.Reason ?? "",
            Who = who,
            Created = time.GetUtcNow(),
            Origin = origin,
        };
        return await planner.CompleteAsync(plan, own, sizes: null, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Dictionary<string, HostHistory>> AskAsync(
        string deployId, IReadOnlyList<Instance> instances, bool isPreview, CancellationToken cancellationToken)
    {
        var answers = await new HistoryService(runner, settings).AskUntilSettledAsync(
            [.. instances.Where(instance => instance.Ping != PingStatus.NotManaged).Select(HostTarget.From)],
            new HistoryQuestion { DeployId = deployId, Wait = isPreview ? TimeSpan.Zero : settings.StepTimeout },
            cancellationToken).ConfigureAwait(false);
        foreach (var host in HostHistory.OfUnmanaged(instances))
        {
            answers[host.Target.InstanceId] = host;
        }

        return answers;
    }

    // Where a host comes from is what the first attempt found there, never what a step that was cut short left behind.
    private static HostPlan Continue(HostPlan row, HostHistory? past, bool isPreview)
    {
        if (past?.Runs is not [var run])
        {
            return row with { Obstacle = row.Obstacle ?? past?.Failure };
        }

        var isDone = row.From == run.To && row.Disk == run.To && run.State == HostRunState.Done
            && !row.Warnings.Any(warning => warning.Kind == PlanWarningKind.RunningUnknown)
            && row.Verdict is Verdict.Healthy or Verdict.Degraded;
        return row with
        {
            From = run.From,
            To = run.To,
            Wave = run.Wave,
            IsCurrent = !isDone && run.To is { } to && run.From == to && ChangePlanner.IsAt(row, to) && !(run.MendsDrift && run.Wave is not null),
            IsDone = isDone,
            AwaitsAcceptance = isDone && run.IsUnaccepted,
            WasMoved = WasMoved(row, run),
            Obstacle = row.Obstacle ?? Obstacle(row, run, isPreview),
        };
    }

    // One whose step died or failed may have what the commits do not show: half an installation, a service that is down.
    private static bool WasMoved(HostPlan row, HostRun run) => row.From != run.From || row.Disk != run.From
        || run is { IsReturned: false, State: HostRunState.Unknown or HostRunState.Failed };

    private static FleetException? Obstacle(HostPlan row, HostRun run, bool isPreview) => run switch
    {
        { State: HostRunState.Running } when !isPreview => RunFailures.StillAtIt(row.Target, run.DeployId),
        { From: null } or { To: null } => RunFailures.NoOrigin(row.Target, run.DeployId),
        _ when Is(row, run.From) || Is(row, run.To) || IsBetween(row, run) => null,
        _ => RunFailures.MovedOn(row, run),
    };

    private static bool Is(HostPlan row, string release) => row.From == release || row.Disk == release;

    // A pip that is at work, or was killed, may leave no version at all.
    private static bool IsBetween(HostPlan row, HostRun run) =>
        row is { Layout: HostLayout.Package, From: null } && run.State is HostRunState.Unknown or HostRunState.Failed or HostRunState.Running;
}
