namespace Aragora.Fleet.Sandboxes;

/// <summary>One fault that is switched on in a sandbox.</summary>
public sealed record SandboxFault
{
    /// <summary>What goes wrong.</summary>
    public required SandboxFaultKind Kind { get; init; }

    /// <summary>The hosts that it strikes; none means all. Calls without instance ids are then not struck.</summary>
    public IReadOnlyList<string> InstanceIds { get; init; } = [];

    /// <summary>The API action that it strikes, such as SendCommand; null for all.</summary>
    public string? ApiAction { get; init; }

    /// <summary>How likely it strikes, 0 to 1.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>After so many strikes it ends; null for never.</summary>
    public int? Count { get; init; }

    /// <summary>
    /// How long: of SlowHost the extra time, of EventualConsistency the blindness, of ClockSkew the difference, of
    /// LostReply and DeliveryTimeout when the service gives the host up, of CrashLoop and DiskFull when the host is well
    /// again; null for the kind's own default.
    /// </summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>
    /// Of faults of hosts, on live ones: it strikes a host when a step there enters this phase, such as install, or
    /// back/install for a step of the way back, or revert/install for the way back within a step; null to strike at once.
    /// </summary>
    public string? Phase { get; init; }

    /// <summary>Of Throttling: how many calls a second pass; null to strike by <see cref="Rate"/>.</summary>
    public double? CallsPerSecond { get; init; }

    /// <summary>Of Throttling: how many calls pass at once after a pause.</summary>
    public int Burst { get; init; } = 1;

    /// <summary>From this the strikes follow: the same number and the same calls, the same strikes.</summary>
    public int Seed { get; init; } = 1;
}
