using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Rollouts.Gates;

/// <summary>
/// Keeps the number of healthy hosts from falling below -MinHealthy: measured before each wave, not taken from what the
/// run believes. A host that is not healthy does not count against it, for restarting it takes nothing away.
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

        var seen = await pulses.ReadAsync(plan.Hosts, TimeSpan.Zero, needed: null, cancellationToken).ConfigureAwait(false);
        bool IsHealthy(HostPlan host) => seen.TryGetValue(host.Target.InstanceId, out var pulse) && pulse.IsHealthy;
        var healthy = plan.Hosts.Count(IsHealthy);
        var taken = context.Hosts.Count(IsHealthy);
        var least = wanted.AtLeast(plan.Hosts.Count);
        if (taken == 0 || healthy - taken >= least)
        {
            return GateFinding.Passed;
        }

        var sick = plan.Hosts.Where(host => !IsHealthy(host)).Select(host => host.ToString()).ToList();
        return GateFinding.Refuse(new FleetException(
            FailureKind.HostsTooFew,
            $"Wave {context.Wave} would leave {healthy - taken} healthy host(s) of {plan.Hosts.Count}, and -MinHealthy {wanted} " +
            $"asks for {least}." + (sick.Count > 0 ? $" Not healthy now: {string.Join(", ", sick)}." : ""),
            "Look at the hosts that are not healthy with Test-AragoraHealth, then go on with Resume-AragoraDeploy.",
            plan.Environment));
    }
}
