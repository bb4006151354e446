namespace Aragora.Fleet.Rollouts.Gates;

/// <summary>What a look at the hosts of a plan says of their health. A host that gave no answer is neither well nor sick.</summary>
internal sealed class MeasuredHealth(IReadOnlyDictionary<string, HostPulse> pulses)
{
    /// <summary>Whether the host is known to be well.</summary>
    public bool IsHealthy(HostPlan host) => pulses.TryGetValue(host.InstanceId, out var pulse) && pulse.IsHealthy;

    /// <summary>Whether taking the host may take a healthy one: only one that is known to be sick is free.</summary>
    public bool MayBeHealthy(HostPlan host) => !pulses.TryGetValue(host.InstanceId, out var pulse) || pulse.IsHealthy;
}
