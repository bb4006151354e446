using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;
using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Rollouts.History;
using Aragora.Fleet.Rollouts.Plans;

namespace Aragora.Fleet.Rollouts;

/// <summary>Makes plans. Making one changes nothing anywhere.</summary>
/// <param name="runner">Runs operations on hosts.</param>
/// <param name="settings">The unit's name.</param>
/// <param name="others">Finds the commands of others.</param>
/// <param name="log">Told what could not be found out.</param>
/// <param name="time">The clock.</param>
public sealed class ChangePlanner(
    HostOperationRunner runner, FleetSettings settings, OtherCommands others, IFleetLog log, TimeProvider time)
{
    /// <summary>Plans a deploy of one ref and one version, each resolved once for all hosts.</summary>
    /// <exception cref="FleetException">
    /// RefNotFound, VersionNotFound, EnvironmentMixed, HostsTooFew, or a failure of the service.
    /// </exception>
    public async Task<ChangePlan> PlanDeployAsync(DeployRequest request, CancellationToken cancellationToken)
    {
        var environment = OneEnvironment(request.Instances);
        var rows = await new Preflight(runner, settings).LookAsync(request.Instances, cancellationToken).ConfigureAwait(false);
        var targets = await TargetsAsync(request, rows, cancellationToken).ConfigureAwait(false);
        var plan = new ChangePlan
        {
            DeployId = DeployId.New(time),
            Kind = RolloutKind.Deploy,
            MendsDrift = request.MendsDrift,
            Wanted = Wanted(request, targets),
            Target = targets.Count == 1 ? targets.Values.First() : null,
            Environment = environment,
            Hosts = [.. rows.Select(row => Aim(row, targets, request.MendsDrift))],
            Waves = [],
            OnFailure = request.OnFailure,
            Gates = request.Gates,
            Reason = request.Reason,
            Who = request.Who,
            Created = time.GetUtcNow(),
            Origin = request.Origin,
        };
        return await CompleteAsync(plan, request.Instances, request.Waves, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Makes a plan whole whose hosts are known, with where they are to go: what lies between, what is under way there, the
    /// order and the waves, how long it will take.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="instances">Its hosts.</param>
    /// <param name="sizes">The sizes of the waves; null where the hosts name the waves that they are in.</param>
    /// <param name="cancellationToken">Gives the plan up.</param>
    /// <exception cref="FleetException">HostsTooFew, or a failure of the service.</exception>
    internal async Task<ChangePlan> CompleteAsync(
        ChangePlan plan, IReadOnlyList<Instance> instances, WaveList? sizes, CancellationToken cancellationToken)
    {
        var comparer = new CommitComparer(runner, settings, log);
        var comparing = comparer.CompareAsync([.. plan.Hosts], cancellationToken);
        var looking = others.FindAsync(plan.Hosts.Select(host => host.Target), plan.DeployId, cancellationToken);
        await Task.WhenAll(comparing, looking).ConfigureAwait(false);
        var underWay = await looking.ConfigureAwait(false);
        var commands = underWay.ToLookup(command => command.Host.InstanceId, StringComparer.Ordinal);
        var hosts = (await comparing.ConfigureAwait(false)).ConvertAll(host => host with
        {
            Warnings = [.. host.Warnings, .. commands[host.Target.InstanceId].Select(Warn)],
        });
        var made = sizes is null ? WaveOrder.Keep(plan, hosts) : WaveOrder.Arrange(plan, hosts, instances, sizes);
        HealthFloor.Check(made);
        made = made with { ExpectedDuration = Expect(made) };
        return made with { Seal = PlanSeal.Of(made) };
    }

    internal static bool IsAt(HostPlan host, string release) =>
        host.Disk == release && host.From == release && host.Verdict == Verdict.Healthy &&
        !host.Warnings.Any(warning => warning.Kind == PlanWarningKind.RunningUnknown);

    private async Task<Dictionary<HostLayout, string>> TargetsAsync(
        DeployRequest request, IReadOnlyList<HostPlan> rows, CancellationToken cancellationToken)
    {
        var targets = new Dictionary<HostLayout, string>();
        if (request.Ref is { } reference)
        {
            targets[HostLayout.Git] = await ResolveAsync(reference, rows, cancellationToken).ConfigureAwait(false);
        }

        if (request.PackageVersion is { } version)
        {
            targets[HostLayout.Package] = await ResolveVersionAsync(version, rows, cancellationToken).ConfigureAwait(false);
        }

        return targets;
    }

    private static HostPlan Aim(HostPlan row, Dictionary<HostLayout, string> targets, bool mendsDrift) =>
        targets.TryGetValue(row.Layout, out var release)
            ? row with { To = release, IsCurrent = IsAt(row, release) && (row.IsInOrder || !mendsDrift) }
            : row with { Obstacle = row.Obstacle ?? NoTarget(row) };

    internal static FleetException NoTarget(HostPlan row) => new(
        FailureKind.LayoutUnsupported,
        row.Layout == HostLayout.Package
            ? $"The service on {row} runs from a package, and no version is named for it."
            : $"The service on {row} runs from a Git checkout, and no commit is named for it.",
        row.Layout == HostLayout.Package ? "Add -PackageVersion, or leave this host out." : "Name a commit as well, or leave this host out.",
        row.Target);

    private static string Wanted(DeployRequest request, Dictionary<HostLayout, string> targets)
    {
        var commit = targets.GetValueOrDefault(HostLayout.Git);
        var git = commit is null ? null
            : commit.StartsWith(request.Ref!, StringComparison.OrdinalIgnoreCase) ? commit
            : $"{request.Ref} ({CommitId.Abbreviate(commit)})";
        var package = targets.TryGetValue(HostLayout.Package, out var version) ? $"aragora {version}" : null;
        return string.Join(" and ", new[] { git, package }.OfType<string>());
    }

    private static PlanWarning Warn(OtherCommand command) => new(PlanWarningKind.CommandUnderWay, $"under way: {command}");

    // A wave takes as long as its slowest host; one without a record as long as the others.
    private static TimeSpan? Expect(ChangePlan plan)
    {
        var known = plan.Waves.SelectMany(wave => wave).Select(host => host.ExpectedDuration).OfType<TimeSpan>().Order().ToList();
        return known.Count == 0 ? null : plan.Waves.Aggregate(
            TimeSpan.Zero,
            (sum, wave) => sum + plan.Gates.BakeTime + wave.Max(host => host.ExpectedDuration ?? known[known.Count / 2]));
    }

    /// <summary>The full id of a commit or ref, by the first of the hosts that can be asked.</summary>
    internal async Task<string> ResolveAsync(
        string text, IReadOnlyList<HostPlan> rows, CancellationToken cancellationToken)
    {
        var hosts = Reachable(rows, HostLayout.Git);
        return await new RefResolver(runner, settings).ResolveAsync(text, hosts, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The version as the index has it, by the first of the package hosts that can be asked.</summary>
    internal async Task<string> ResolveVersionAsync(
        string version, IReadOnlyList<HostPlan> rows, CancellationToken cancellationToken)
    {
        var hosts = Reachable(rows, HostLayout.Package);
        return await new VersionResolver(runner, settings).ResolveAsync(version, hosts, cancellationToken).ConfigureAwait(false);
    }

    private static List<HostTarget> Reachable(IReadOnlyList<HostPlan> rows, HostLayout layout)
    {
        var able = rows.Where(row => row.Obstacle is null).ToList();
        return able.Count == 0 && rows.Count > 0
            ? throw rows.FirstOrDefault(row => !row.IsUnreachable)?.Obstacle ?? RunFailures.NoneReachable(rows)
            : [.. able.Where(row => row.Layout == layout).Select(row => row.Target)];
    }

    /// <summary>The environment of all the hosts.</summary>
    /// <exception cref="FleetException">EnvironmentMixed.</exception>
    public static string OneEnvironment(IReadOnlyList<Instance> instances)
    {
        var environments = instances.Select(i => i.Environment).Distinct(StringComparer.Ordinal).ToList();
        return environments.Count <= 1
            ? environments.FirstOrDefault() ?? ""
            : throw new FleetException(
                FailureKind.EnvironmentMixed,
                $"The hosts are of {environments.Count} environments: {string.Join(", ", environments)}.",
                "Change one environment at a time: filter by -Environment.",
                environments);
    }
}
