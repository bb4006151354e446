namespace Aragora.Fleet.Health;

/// <summary>What a wait for health waits for.</summary>
public sealed record HealthWait
{
    /// <summary>After this the hosts that are not there are given up.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long after the beginning of one round the next begins.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// For this long a host must be found so at every look, under the same main process, before it counts; zero for one
    /// look.
    /// </summary>
    public TimeSpan Stable { get; init; }

    /// <summary>Whether Degraded is well enough.</summary>
    public bool AllowDegraded { get; init; }
}
