using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Rollouts.Gates;

/// <summary>Starts nothing on machines whose EC2 status checks are not both ok.</summary>
internal sealed class StatusCheckGate(IInstanceDirectory directory, IFleetLog log) : IDeployGate
{
    private const string Ok = "ok";

    public string Name => "status-checks";

    public async Task<GateFinding> CheckAsync(GateContext context, CancellationToken cancellationToken)
    {
        if (context.Moment == GateMoment.AfterWave)
        {
            return GateFinding.Passed;
        }

        var bad = new List<string>();
        foreach (var region in context.Hosts.GroupBy(host => host.Target.Region, StringComparer.Ordinal))
        {
            bad.AddRange(await CheckAsync(region.Key, [.. region], cancellationToken).ConfigureAwait(false));
        }

        return bad.Count == 0 ? GateFinding.Passed : GateFinding.Refuse(new FleetException(
            FailureKind.StatusCheckFailed,
            $"EC2's status checks are not ok for {string.Join(", ", bad)}.",
            "Look at the instance in EC2; wait until both checks are ok, or leave the host out.",
            bad));
    }

    private async Task<List<string>> CheckAsync(string region, List<HostPlan> hosts, CancellationToken cancellationToken)
    {
        var checks = new Dictionary<string, InstanceChecks>(StringComparer.Ordinal);
        try
        {
            var ids = hosts.ConvertAll(host => host.Target.InstanceId);
            await foreach (var check in directory.DescribeChecksAsync(region, ids, cancellationToken).ConfigureAwait(false))
            {
                checks[check.InstanceId] = check;
            }
        }
        catch (FleetException e) when (e.Kind == FailureKind.AccessDenied)
        {
            // Who may deploy need not have this permission; what is not known is said, and is no verdict.
            log.Warning($"EC2's status checks were not looked at: {e.Message}");
            return [];
        }

        return
        [
            .. hosts.Select(host => (Host: host, Check: checks.GetValueOrDefault(host.Target.InstanceId)))
                .Where(row => row.Check is not { Instance: Ok, System: Ok })
                .Select(row => row.Check is { } check
                    ? $"{row.Host} (instance {check.Instance}, system {check.System})"
                    : $"{row.Host} (unknown to EC2)"),
        ];
    }
}
