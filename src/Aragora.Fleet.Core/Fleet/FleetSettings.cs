namespace Aragora.Fleet;

/// <summary>What the module assumes of a fleet. The defaults are the runbook's.</summary>
public sealed record FleetSettings
{
    /// <summary>The tag that marks an instance as one of the fleet.</summary>
    public string TagKey { get; init; } = "Application";

    /// <summary>The value of <see cref="TagKey"/>.</summary>
    public string TagValue { get; init; } = "aragora";

    /// <summary>The systemd unit of the service.</summary>
    public string Unit { get; init; } = "aragora";

    /// <summary>The branch that a host's checkout is kept on.</summary>
    public string Branch { get; init; } = "main";

    /// <summary>Within this a host must take a command up; 30 s at least.</summary>
    public TimeSpan DeliveryTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a read may run on a host.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a deploy or a rollback may run on a host before the wait for it is given up.</summary>
    public TimeSpan StepTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Within this the service must be ready after a restart.</summary>
    public TimeSpan ReadyTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>So long the fleet lock outlives the last sign of life of its holder, who renews it at a third of this.</summary>
    public TimeSpan LockTtl { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>For this long the service must stay ready, under the same main process.</summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromSeconds(10);
}
