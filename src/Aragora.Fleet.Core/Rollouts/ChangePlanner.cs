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
    /// <summary>Plans a deploy of one ref, resolved once for all hosts.</summary>
    /// <exception cref="FleetException">RefNotFound, EnvironmentMixed, HostsTooFew, or a failure of the service.</exception>
    public async Task<ChangePlan> PlanDeployAsync(DeployRequest request, CancellationToken cancellationToken)
    {
        var environment = OneEnvironment(request.Instances);
        var rows = await new Preflight(runner, settings).LookAsync(request.Instances, cancellationToken).ConfigureAwait(false);
        var commit = await ResolveAsync(request.Ref, rows, cancellationToken).ConfigureAwait(false);
        var hosts = rows.Select(row => row with { To = commit, IsCurrent = IsAt(row, commit) && (row.IsInOrder || !request.MendsDrift) });
        var plan = new ChangePlan
        {
            DeployId = DeployId.New(time),
            Kind = RolloutKind.Deploy,
            Wanted = commit.StartsWith(request.Ref, StringComparison.OrdinalIgnoreCase) ? commit : $"{request.Ref} ({CommitId.Abbreviate(commit)})",
            Target = commit,
            Environment = environment,
            Hosts = [.. hosts],
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

    internal static bool IsAt(HostPlan host, string commit) =>
        host.Disk == commit && host.From == commit && host.Verdict == Verdict.Healthy;

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
        var hosts = rows.Where(row => row.Obstacle is null).Select(row => row.Target).ToList();
        if (hosts.Count == 0 && rows.Count > 0)
        {
            throw rows.FirstOrDefault(row => !row.IsUnreachable)?.Obstacle ?? RunFailures.NoneReachable(rows);
        }

        return await new RefResolver(runner, settings).ResolveAsync(text, hosts, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The environment of all the hosts.</summary>
    /// <exception cref="FleetException">EnvironmentMixed.</exception>
    internal static string OneEnvironment(IReadOnlyList<Instance> instances)
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
