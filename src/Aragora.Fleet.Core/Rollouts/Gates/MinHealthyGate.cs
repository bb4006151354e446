using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Rollouts.Gates;

/// <summary>
/// Keeps the number of healthy hosts from falling below -MinHealthy: measured before each wave, not taken from what the
/// run believes. A host that is known not to be healthy does not count against it, for restarting it takes nothing away; one that
/// gives no answer does.
/// </summary>
internal sealed class MinHealthyGate(PulseReader pulses) : IDeployGate
{
    public string Name => "min-healthy";

    public async Task<GateFinding> CheckAsync(GateContext context, CancellationToken cancellationToken)
    {
        var plan = context.Plan;
        if (context.Moment != GateMoment.BeforeWave || plan.Gates.MinHealthy is not { } wanted)
        {
            return GateFinding.Passed;
        }

        var health = new MeasuredHealth(await pulses
            .ReadAsync(plan.Hosts, TimeSpan.Zero, context.Hosts.Select(host => host.InstanceId), cancellationToken)
            .ConfigureAwait(false));
        var healthy = plan.Hosts.Count(health.IsHealthy);
        var taken = context.Hosts.Count(health.MayBeHealthy);
        var least = wanted.AtLeast(plan.Hosts.Count);
        if (taken == 0 || healthy - taken >= least)
        {
            return GateFinding.Passed;
        }

        var sick = plan.Hosts.Where(host => !health.IsHealthy(host)).Select(host => host.ToString()).ToList();
        return GateFinding.Refuse(new FleetException(
            FailureKind.HostsTooFew,
            $"Wave {context.Wave} would leave {Math.Max(0, healthy - taken)} host(s) of {plan.Hosts.Count} that are known to be healthy, and -MinHealthy {wanted} " +
            $"asks for {least}." + (sick.Count > 0 ? $" Not healthy now, or without an answer: {string.Join(", ", sick)}." : ""),
            "Look at the hosts that are not healthy with Test-AragoraHealth, then go on with Resume-AragoraDeploy.",
            plan.Environment));
    }
}
