using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts.History;
using Aragora.Fleet.Rollouts.Plans;

namespace Aragora.Fleet.Rollouts;

/// <summary>Plans ways back. Making a plan changes nothing anywhere.</summary>
/// <param name="planner">Makes plans whole.</param>
/// <param name="runner">Runs operations on hosts.</param>
/// <param name="settings">The unit's name.</param>
/// <param name="time">The clock.</param>
public sealed class RestorePlanner(
    ChangePlanner planner, HostOperationRunner runner, FleetSettings settings, TimeProvider time)
{
    // As many as an answer can hold: whether the clone has a release is told with the points.
    private const int PointsAsked = 15;

    /// <summary>Plans a restore of each host to what it is to go back to.</summary>
    /// <exception cref="FleetException">
    /// TimeInvalid, RefNotFound, DeployNotFound, DeployComplete, EnvironmentMixed, HostsTooFew, or a failure of the service.
    /// </exception>
    public async Task<ChangePlan> PlanAsync(RestoreRequest request, CancellationToken cancellationToken)
    {
        var aim = request.Aim;
        if (aim.Time is { } asked && asked > time.GetUtcNow())
        {
            throw RunFailures.TimeToCome(asked);
        }

        var looking = new Preflight(runner, settings).LookAsync(request.Instances, cancellationToken);
        var past = await AskAsync(request, cancellationToken).ConfigureAwait(false);
        var rows = await looking.ConfigureAwait(false);
        var ofRun = aim.DeployId is { } deployId ? OfRun(deployId, rows, past) : null;
        rows = ofRun?.Plans ?? rows;

        var kept = rows.Select(row => row.Target.InstanceId).ToHashSet(StringComparer.Ordinal);
        var instances = request.Instances.Where(instance => kept.Contains(instance.InstanceId)).ToList();
        var environment = ChangePlanner.OneEnvironment(instances);
        var releases = await ResolveAsync(aim, rows, past, cancellationToken).ConfigureAwait(false);
        var hosts = rows.Select(row => Aim(row, past.GetValueOrDefault(row.Target.InstanceId), aim, releases)).ToList();
        var checkedHosts = Offer(await CheckAsync(hosts, past, cancellationToken).ConfigureAwait(false), aim);
        var targets = checkedHosts.Select(host => host.To).Distinct(StringComparer.Ordinal).ToList();
        var plan = new ChangePlan
        {
            DeployId = DeployId.New(time),
            Kind = RolloutKind.Restore,
            Wanted = releases.Count == 1 && aim.NamedCommit is not null ? releases.Values.First() : aim.ToString(),
            Target = targets.Count == 1 ? targets[0] : null,
            Environment = environment,
            Hosts = checkedHosts,
            Waves = [],
            OnFailure = FailureAction.Stop,
            Gates = request.Gates,
            Notes =
            [
                .. ofRun?.Note is { } note ? [note] : Array.Empty<string>(),
                .. request.IsPreview && aim.DeployId is { } run ? RunFailures.UnderWay(run, past.Values) : [],
            ],
            Reason = request.Reason,
            Who = request.Who,
            Created = time.GetUtcNow(),
            Origin = request.Origin,
        };
        return await planner.CompleteAsync(plan, instances, request.Waves, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Dictionary<string, HostHistory>> AskAsync(RestoreRequest request, CancellationToken cancellationToken)
    {
        var question = new HistoryQuestion
        {
            Points = PointsAsked,
            DeployId = request.Aim.DeployId,
            Before = request.Aim.Time,
            Named = request.Aim.Named,
            Wait = request.IsPreview ? TimeSpan.Zero : settings.StepTimeout,
        };
        var targets = request.Instances.Where(i => i.Ping != PingStatus.NotManaged).Select(HostTarget.From).ToList();
        return await new HistoryService(runner, settings).AskUntilSettledAsync(targets, question, cancellationToken)
            .ConfigureAwait(false);
    }

    // A run goes back as a whole: hosts that it never touched are left alone.
    private static RunHosts OfRun(
        string deployId, IReadOnlyList<HostPlan> rows, Dictionary<string, HostHistory> past)
    {
        var hosts = RunHosts.Of(deployId, rows, past);
        var touched = hosts.Plans.FindAll(row => past.GetValueOrDefault(row.Target.InstanceId) is not { Runs: [{ State: HostRunState.NotStarted }] });
        return touched.Exists(row => row.Obstacle is null)
            ? hosts with { Plans = touched }
            : throw RunFailures.NothingTouched(deployId, hosts);
    }

    private async Task<Dictionary<(HostLayout, string), string>> ResolveAsync(
        RestoreAim aim, IReadOnlyList<HostPlan> rows, Dictionary<string, HostHistory> past, CancellationToken cancellationToken)
    {
        // Of a host that does not answer the layout is not known; most have a checkout.
        var named = rows
            .Select(row => (row.Layout == HostLayout.Package ? HostLayout.Package : HostLayout.Git, Named(row, aim)))
            .Append((HostLayout.Git, aim.NamedCommit))
            .Append((HostLayout.Package, aim.NamedVersion));
        var releases = new Dictionary<(HostLayout, string), string>();
        foreach (var (layout, text) in named.Distinct())
        {
            if (text is not null)
            {
                releases[(layout, text)] = layout == HostLayout.Package
                    ? await ResolveVersionAsync(text, aim, rows, past, cancellationToken).ConfigureAwait(false)
                    : await ResolveAsync(layout, text, rows, cancellationToken).ConfigureAwait(false);
            }
        }

        return releases;
    }

    // A version that its hosts hold, as a whole, comes from there. The index is asked only where one does not.
    private async Task<string> ResolveVersionAsync(
        string version, RestoreAim aim, IReadOnlyList<HostPlan> rows, Dictionary<string, HostHistory> past, CancellationToken cancellationToken)
    {
        var own = rows.Where(row => row is { Obstacle: null, Layout: HostLayout.Package } && Named(row, aim) == version).ToList();
        var lacking = own.FindAll(row => !ChangePlanner.IsAt(row, version) && !Holds(past.GetValueOrDefault(row.InstanceId), version));
        return own.Count > 0 && lacking.Count == 0
            ? version
            : await planner.ResolveVersionAsync(version, lacking.Count > 0 ? lacking : rows, cancellationToken).ConfigureAwait(false);
    }

    private Task<string> ResolveAsync(
        HostLayout layout, string release, IReadOnlyList<HostPlan> rows, CancellationToken cancellationToken) =>
        layout == HostLayout.Package
            ? planner.ResolveVersionAsync(release, rows, cancellationToken)
            : planner.ResolveAsync(release, rows, cancellationToken);

    private static HostPlan Aim(
        HostPlan row, HostHistory? past, RestoreAim aim, Dictionary<(HostLayout, string), string> releases)
    {
        if (row.Obstacle is not null || past?.Failure is not null || past is null)
        {
            return row with { Obstacle = row.Obstacle ?? past?.Failure };
        }

        var (to, obstacle) = aim.Kind switch
        {
            RestoreAimKind.LastGood => (past.LastGood, RunFailures.NoPoint(row.Target)),
            RestoreAimKind.Run => (past.Runs[0].From, RunFailures.NoOrigin(row.Target, aim.DeployId!)),
            RestoreAimKind.Time => (past.At?.CommitSha, RunFailures.NoRelease(row.Target, aim.Time!.Value, past)),
            RestoreAimKind.Release or RestoreAimKind.ReleaseByHost when Named(row, aim) is { } named =>
                (releases[(row.Layout, named)], null),
            RestoreAimKind.Release => (null, ChangePlanner.NoTarget(row)),
            RestoreAimKind.ReleaseByHost when aim.ReleasesByHost.ContainsKey(row.InstanceId) => (null, ChangePlanner.NoTarget(row)),
            _ => (past.Previous, RunFailures.NoPoint(row.Target)),
        };
        var isCurrent = to is not null && ChangePlanner.IsAt(row, to) && !(aim.Kind == RestoreAimKind.Run && IsOpen(past.Runs[0]));
        return row with
        {
            To = to,
            IsCurrent = isCurrent,
            Obstacle = to is null ? obstacle : null,
            Warnings = [.. row.Warnings, .. isCurrent ? [] : FailedBefore(past, to), .. Warnings(row, past, aim)],
        };
    }

    // A release that failed there is never chosen, but it can be named.
    private static PlanWarning[] FailedBefore(HostHistory past, string? to) =>
        to is not null && past.Failed.TryGetValue(to, out var run)
            ? [new PlanWarning(PlanWarningKind.FailedBefore, $"failed with {CommitId.Abbreviate(to)} before, in {run}")]
            : [];

    private static IEnumerable<PlanWarning> Warnings(HostPlan row, HostHistory past, RestoreAim aim)
    {
        if (aim.Kind == RestoreAimKind.Run && HasMovedOn(row, past.Runs[0]))
        {
            yield return new PlanWarning(
                PlanWarningKind.MovedSince, $"runs {CommitId.Abbreviate(row.From)}, which came after that run");
        }

        if (past.StateFileDoubt is { } doubt)
        {
            yield return new PlanWarning(PlanWarningKind.StateFileNotBelieved, doubt);
        }
    }

    /// <summary>What is named for a host; null where nothing is that could be a release of it.</summary>
    private static string? Named(HostPlan row, RestoreAim aim)
    {
        var named = aim.ReleasesByHost.GetValueOrDefault(row.InstanceId);
        return row.Layout == HostLayout.Package
            ? aim.NamedVersion ?? (named is not null && PackageVersion.IsNormal(named) ? named : null)
            : aim.NamedCommit ?? (named is not null && CommitId.IsCommitLike(named) ? named : null);
    }

    // A step that died may have left the host where it was: a step of this run says whether it is, and its ledger then knows.
    private static bool IsOpen(HostRun run) => run is { IsReturned: false, State: HostRunState.Unknown or HostRunState.Failed or HostRunState.Running };

    private static bool HasMovedOn(HostPlan row, HostRun run) => row.From != run.From && row.From != run.To;

    // A release that the host itself no longer holds has to be at the origin or on the index; one host of those that need it
    // is asked.
    private async Task<List<HostPlan>> CheckAsync(
        List<HostPlan> hosts, Dictionary<string, HostHistory> past, CancellationToken cancellationToken)
    {
        var lost = new Dictionary<string, FleetException>(StringComparer.Ordinal);
        var unsure = hosts.Where(host => host is { Obstacle: null, IsCurrent: false } && !Holds(past[host.Target.InstanceId], host.To));
        foreach (var group in unsure.GroupBy(host => (host.Layout, To: host.To!)))
        {
            try
            {
                await ResolveAsync(group.Key.Layout, group.Key.To, [.. group], cancellationToken).ConfigureAwait(false);
            }
            catch (FleetException e) when (e.Kind is FailureKind.RefNotFound or FailureKind.VersionNotFound)
            {
                lost[group.Key.To] = e;
            }
        }

        return hosts.ConvertAll(host => host is { Obstacle: null, To: { } to } && lost.TryGetValue(to, out var cause)
            ? host with { Obstacle = RunFailures.ReleaseLost(host.Target, to, cause) }
            : host);
    }

    // A host with nothing to go back to stands in the way of all; the others are offered as a restore of their own.
    private static List<HostPlan> Offer(List<HostPlan> hosts, RestoreAim aim)
    {
        var able = hosts.Where(host => host.Obstacle is null).Select(host => host.InstanceId).ToList();
        return able.Count == 0 || aim.Parameter is not { } parameter ? hosts : hosts.ConvertAll(host =>
            host.Obstacle is { Kind: FailureKind.NoRollbackPoint } obstacle
                ? host with { Obstacle = RunFailures.Offering(obstacle, $"Restore-AragoraCommit{parameter} -InstanceId {string.Join(", ", able)}") }
                : host);
    }

    private static bool Holds(HostHistory? past, string? release) =>
        past is not null && past.Points.Any(point => point.CommitSha == release && point.IsAvailable);
}
