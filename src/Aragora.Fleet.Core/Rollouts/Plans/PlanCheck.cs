using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts.Gates;

namespace Aragora.Fleet.Rollouts.Plans;

/// <summary>Holds a plan that was made before against the fleet as it is now. It looks, and touches nothing.</summary>
/// <param name="runner">Runs operations on hosts.</param>
/// <param name="resolver">Finds the hosts.</param>
/// <param name="settings">The unit's name.</param>
public sealed class PlanCheck(HostOperationRunner runner, TargetResolver resolver, FleetSettings settings)
{
    // EC2 takes so many values in one filter.
    private const int MaxIds = 200;

    /// <summary>Refuses a plan that cannot be applied by this session at all.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="here">The fleet of this session.</param>
    /// <param name="environment">The environment that this session keeps to; null for all.</param>
    /// <exception cref="FleetException">PlanInvalid.</exception>
    public static void Validate(ChangePlan plan, PlanOrigin here, string? environment)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Seal is null || plan.Seal != PlanSeal.Of(plan))
        {
            throw Invalid(plan, "was changed after it was made, so it is not what was shown");
        }

        if (plan.Origin != here)
        {
            throw Invalid(plan, $"is for the fleet of {plan.Origin}, and this session is connected to {here}");
        }

        if (environment is not null && environment != plan.Environment)
        {
            throw Invalid(plan, $"is for {plan.Environment}, and this session is connected to {environment}");
        }

        if (plan.Use.HasBegun)
        {
            throw Applied(plan);
        }
    }

    /// <summary>Takes the plan for a run. From now on it is used up: hosts run the steps of one plan once.</summary>
    /// <exception cref="FleetException">PlanInvalid: a run has it already.</exception>
    public static void Begin(ChangePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (!plan.Use.TryBegin())
        {
            throw Applied(plan);
        }
    }

    /// <summary>Looks at every host of the plan again, a send for 50 of them, and refuses a plan that they moved away from.</summary>
    /// <exception cref="FleetException">PlanStale, or HostsTooFew where fewer are Healthy now.</exception>
    public async Task EnsureFreshAsync(ChangePlan plan, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var found = await FindAsync(plan, cancellationToken).ConfigureAwait(false);
        var instances = found.Values.Where(host => host.Failure is null or { Kind: FailureKind.InstanceNotManaged })
            .Select(host => host.Instance).OfType<Instance>().ToList();
        var rows = await new Preflight(runner, settings).LookAsync(instances, cancellationToken).ConfigureAwait(false);
        var now = rows.ToDictionary(row => row.InstanceId, StringComparer.Ordinal);
        var moved = plan.Hosts
            .Where(host => host.Obstacle is null)
            .Select(host => (Host: host, What: Difference(host, found, now)))
            .Where(pair => pair.What.Length > 0)
            .ToList();
        if (moved.Count > 0)
        {
            throw new FleetException(
                FailureKind.PlanStale,
                $"{moved.Count} host(s) are not as the plan of {plan.Created:HH:mm:ss} UTC saw them, so nothing was begun. " +
                string.Join("; ", moved.Select(pair => $"{pair.Host} {pair.What}")) + ".",
                "Make the plan again with New-AragoraDeployPlan, and look at it.",
                moved.ConvertAll(pair => pair.Host.Target));
        }

        HealthFloor.Check(plan with
        {
            Hosts = [.. plan.Hosts.Select(Measured)],
            Waves = [.. plan.Waves.Select(wave => (IReadOnlyList<HostPlan>)[.. wave.Select(Measured)])],
        });

        HostPlan Measured(HostPlan host) =>
            host with { Verdict = now.GetValueOrDefault(host.Target.InstanceId)?.Verdict ?? Verdict.Unknown };
    }

    private async Task<Dictionary<string, ResolvedTarget>> FindAsync(ChangePlan plan, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, ResolvedTarget>(StringComparer.Ordinal);
        // What is left out is not asked again: an agent that is gone would be waited for.
        var asked = plan.Hosts.Where(host => host.Obstacle is null);
        foreach (var region in asked.GroupBy(host => host.Region, StringComparer.Ordinal))
        {
            foreach (var ids in region.Select(host => host.InstanceId).Chunk(MaxIds))
            {
                var selector = new InstanceSelector { Regions = [region.Key], InstanceIds = ids };
                await foreach (var host in resolver.ResolveAsync(selector, cancellationToken).ConfigureAwait(false))
                {
                    if (host.Target is not null)
                    {
                        found[host.Target.InstanceId] = host;
                    }
                }
            }
        }

        return found;
    }

    // What the user would want to know before going on; empty where the host is as it was.
    private static string Difference(
        HostPlan then, Dictionary<string, ResolvedTarget> found, Dictionary<string, HostPlan> looked)
    {
        if (!found.TryGetValue(then.Target.InstanceId, out var host))
        {
            return "is gone";
        }

        if (!looked.TryGetValue(then.Target.InstanceId, out var now))
        {
            return $"cannot be worked on: {host.Failure!.Message.TrimEnd('.')}";
        }

        if (host.Instance!.Environment != then.Target.Environment)
        {
            return $"is of the environment '{host.Instance.Environment}', not '{then.Target.Environment}'";
        }

        if (now.Obstacle is null && now.Layout != then.Layout)
        {
            return $"cannot be changed any more: its service is laid out as {now.Layout}, not as {then.Layout}";
        }

        return now.Obstacle is { } obstacle
            ? $"cannot be changed any more: {obstacle.Message.TrimEnd('.')}"
            : string.Join(", and ", Differences(then, now));
    }

    private static IEnumerable<string> Differences(HostPlan then, HostPlan now)
    {
        if (now.From != then.From)
        {
            yield return $"runs {CommitId.Abbreviate(now.From)}, not {CommitId.Abbreviate(then.From)}";
        }

        if (now.Disk != then.Disk)
        {
            yield return $"has {CommitId.Abbreviate(now.Disk)} on disk, not {CommitId.Abbreviate(then.Disk)}";
        }

        if (now.LocalChanges != then.LocalChanges)
        {
            yield return "has other local changes";
        }

        if (now.UnitSettings != then.UnitSettings)
        {
            yield return "has other settings in its unit";
        }

        // What the canary proves rests on its being well before.
        if (then is { Wave: 1, Verdict: Verdict.Healthy } && now.Verdict != Verdict.Healthy)
        {
            yield return $"is {now.Verdict}, not Healthy";
        }
    }

    private static FleetException Applied(ChangePlan plan) => Invalid(plan, "was applied already");

    private static FleetException Invalid(ChangePlan plan, string why) => new(
        FailureKind.PlanInvalid,
        $"The plan {plan.DeployId} {why}.",
        "Make a plan in this session with New-AragoraDeployPlan, and apply it as it is.",
        plan.DeployId);
}
