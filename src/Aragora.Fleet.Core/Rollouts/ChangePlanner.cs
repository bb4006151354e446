using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Rollouts;

/// <summary>Makes plans. Making one changes nothing anywhere.</summary>
/// <param name="runner">Runs operations on hosts.</param>
/// <param name="settings">The unit's name.</param>
/// <param name="time">The clock.</param>
public sealed class ChangePlanner(HostOperationRunner runner, FleetSettings settings, TimeProvider time)
{
    /// <summary>Plans a deploy of one ref, resolved once for all hosts.</summary>
    /// <exception cref="FleetException">RefNotFound, EnvironmentMixed, or a failure of the service.</exception>
    public async Task<ChangePlan> PlanDeployAsync(DeployRequest request, CancellationToken cancellationToken)
    {
        var environment = OneEnvironment(request.Instances);
        var rows = await new Preflight(runner, settings).LookAsync(request.Instances, cancellationToken).ConfigureAwait(false);
        var commit = await ResolveAsync(request.Ref, rows, cancellationToken).ConfigureAwait(false);
        var hosts = rows.Select(row => row.Plan with
        {
            To = commit,
            IsCurrent = row.Disk == commit && row.Plan.From == commit && row.Plan.Verdict == Verdict.Healthy,
        });
        var wanted = request.Ref == commit ? commit : $"{request.Ref} ({CommitId.Abbreviate(commit)})";
        var plan = Empty(wanted, environment, request.OnFailure, request.Reason, request.Who);
        return Assemble(plan with { Gates = request.Gates }, [.. hosts], request.Instances, request.Waves);
    }

    /// <summary>Plans a restore to one commit, or, without one, of each host to what it ran before.</summary>
    /// <exception cref="FleetException">RefNotFound, EnvironmentMixed, or a failure of the service.</exception>
    public async Task<ChangePlan> PlanRestoreAsync(RestoreRequest request, CancellationToken cancellationToken)
    {
        var environment = OneEnvironment(request.Instances);
        var rows = await new Preflight(runner, settings).LookAsync(request.Instances, cancellationToken).ConfigureAwait(false);
        var commit = request.Commit is { } wanted
            ? await ResolveAsync(wanted, rows, cancellationToken).ConfigureAwait(false)
            : null;
        var hosts = rows.Select(row => row.Plan with
        {
            To = commit ?? row.Previous,
            IsCurrent = commit is not null && row.Disk == commit && row.Plan.From == commit &&
                row.Plan.Verdict == Verdict.Healthy,
            Obstacle = row.Plan.Obstacle ?? ((commit ?? row.Previous) is null ? NoPoint(row.Plan.Target) : null),
        });
        var plan = Empty(
            commit ?? "what ran before", environment, FailureAction.Stop, request.Reason, request.Who);
        return Assemble(plan with { Gates = request.Gates }, [.. hosts], request.Instances, request.Waves);
    }

    private async Task<string> ResolveAsync(
        string text, IReadOnlyList<PreflightRow> rows, CancellationToken cancellationToken)
    {
        var hosts = rows.Where(row => row.Plan.Obstacle is null).Select(row => row.Plan.Target).ToList();
        if (hosts.Count == 0 && rows.Select(row => row.Plan.Obstacle).OfType<FleetException>().FirstOrDefault() is { } obstacle)
        {
            throw obstacle;
        }

        return await new RefResolver(runner, settings).ResolveAsync(text, hosts, cancellationToken).ConfigureAwait(false);
    }

    private ChangePlan Empty(string wanted, string environment, FailureAction onFailure, string reason, string who) => new()
    {
        DeployId = DeployId.New(time),
        Wanted = wanted,
        Environment = environment,
        Hosts = [],
        Waves = [],
        OnFailure = onFailure,
        Reason = reason,
        Who = who,
    };

    private static ChangePlan Assemble(
        ChangePlan plan, List<HostPlan> hosts, IReadOnlyList<Instance> instances, WaveList waves)
    {
        var zones = instances.ToDictionary(i => i.InstanceId, i => i.Zone ?? "", StringComparer.Ordinal);
        var toChange = InOrder(hosts.FindAll(host => host.Obstacle is null && !host.IsCurrent), zones);
        return plan with { Hosts = [.. toChange, .. hosts.Except(toChange)], Waves = waves.Cut(toChange) };
    }

    // The canary is a host that is well, since a sick one proves nothing; then those that are not, which have least to
    // lose; then zone by zone.
    private static List<HostPlan> InOrder(List<HostPlan> hosts, Dictionary<string, string> zones)
    {
        var canary = hosts.Find(host => host.Verdict == Verdict.Healthy) ?? hosts.FirstOrDefault();
        return
        [
            .. hosts
                .OrderByDescending(host => host == canary)
                .ThenBy(host => host.Verdict == Verdict.Healthy)
                .ThenBy(host => zones[host.Target.InstanceId], StringComparer.Ordinal)
                .ThenBy(host => host.Target.Name, StringComparer.Ordinal),
        ];
    }

    private static string OneEnvironment(IReadOnlyList<Instance> instances)
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

    private static FleetException NoPoint(HostTarget target) => new(
        FailureKind.NoRollbackPoint,
        $"{target} knows no release to go back to: neither its ledger nor the state file of CI names one.",
        "Name the commit with -CommitSha.",
        target);
}
