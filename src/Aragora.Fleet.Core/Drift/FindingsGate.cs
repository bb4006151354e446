using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;

namespace Aragora.Fleet.Drift;

/// <summary>
/// Starts nothing by findings that the fleet has left behind: hosts to be repaired, and some of those that they were held to, are
/// asked whether they are where they were when drift was tested, or where the findings want them.
/// </summary>
/// <param name="drift">Asks the hosts.</param>
/// <param name="aim">What is to be repaired.</param>
/// <param name="targets">The hosts to be repaired, and the reference hosts that still run.</param>
public sealed class FindingsGate(DriftService drift, RepairAim aim, IReadOnlyList<HostTarget> targets) : IDeployGate
{
    private const string Action = "Test again with Test-AragoraDrift, and repair what that finds.";

    /// <inheritdoc/>
    public string Name => "findings";

    /// <inheritdoc/>
    public async Task<GateFinding> CheckAsync(GateContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Moment == GateMoment.BeforeRun)
        {
            await CheckAsync(cancellationToken).ConfigureAwait(false);
        }

        return GateFinding.Passed;
    }

    /// <summary>Looks whether the findings still hold.</summary>
    /// <exception cref="FleetException">FindingStale.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var hosts = await drift.LookAsync(targets, cancellationToken).ConfigureAwait(false);
        var moved = new Dictionary<HostTarget, string>();
        foreach (var finding in aim.Findings)
        {
            var own = hosts.GetValueOrDefault(finding.InstanceId);
            if (own?.Disk is { } disk && disk != finding.WantedRelease && disk != finding.DiskRelease)
            {
                moved.TryAdd(own.Target, Tell(own, finding.DiskRelease));
            }

            var references = finding.ReferenceInstanceId.Select(hosts.GetValueOrDefault).Where(host => host?.Disk is not null).ToList();
            foreach (var host in references.Where(host => host!.Disk != finding.WantedRelease))
            {
                moved.TryAdd(host!.Target, Tell(host, finding.WantedRelease));
            }

            if (moved.Count == 0 && references.Count * 2 < finding.ReferenceInstanceId.Length)
            {
                throw Stale(
                    $"Of {finding.ReferenceInstanceId.Length} hosts that had {CommitId.Abbreviate(finding.WantedRelease!)}, {references.Count} "
                    + "tell their release now: too few to go by",
                    finding.ReferenceInstanceId);
            }
        }

        if (moved.Count > 0)
        {
            throw Stale($"The fleet has moved since drift was tested: {string.Join("; ", moved.Values)}", moved.Keys.ToList());
        }
    }

    private static string Tell(HostDrift host, string? before)
    {
        var had = before is null ? "does not say what it had" : $"had {CommitId.Abbreviate(before)}";
        var by = host.IsForeign ? "" : $", by {host.Block.Text("by")} in {host.Block.Text("deploy")}";
        return $"{host.Target} {had} and has {CommitId.Abbreviate(host.Disk!)}{(host.Came is { } came ? $" since {came:u}" : "")}{by}";
    }

    private static FleetException Stale(string what, object target) =>
        new(FailureKind.FindingStale, $"{what}. Nothing was begun.", Action, target);
}
