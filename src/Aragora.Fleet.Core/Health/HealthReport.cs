namespace Aragora.Fleet.Health;

/// <summary>What one host says of its own health, with the evidence.</summary>
/// <remarks>Source: the unit's state in systemd, and the endpoints of the service asked on the host itself.</remarks>
public sealed record HealthReport : IHostIdentity
{
    /// <inheritdoc/>
    public required string InstanceId { get; init; }

    /// <inheritdoc/>
    public required string Name { get; init; }

    /// <inheritdoc/>
    public required string Environment { get; init; }

    /// <inheritdoc/>
    public required string Region { get; init; }

    /// <summary>The verdict over all. Unknown means that nothing may be concluded.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Why, in one sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>The unit's ActiveState and SubState, such as <c>active (running)</c>; null where the host did not answer.</summary>
    public string? Service { get; init; }

    /// <summary>The main process of the service; null where there is none.</summary>
    public int? MainProcessId { get; init; }

    /// <summary>How often systemd restarted the service by itself; null where systemd does not count (before 235).</summary>
    public int? RestartCount { get; init; }

    /// <summary>The commit the running process says it was built from; null where it does not say.</summary>
    public string? RunningCommit { get; init; }

    /// <summary>One verdict for each endpoint.</summary>
    public IReadOnlyList<EndpointHealth> Endpoints { get; init; } = [];

    /// <summary>When the host finished the check, in UTC, by the service's clock; null where the host did not answer.</summary>
    public DateTimeOffset? CheckedAt { get; init; }
}

/// <summary>What one endpoint answered.</summary>
public sealed record EndpointHealth
{
    /// <summary>The short name: health, healthz, readyz, …</summary>
    public required string Endpoint { get; init; }

    /// <summary>The path asked.</summary>
    public required string Path { get; init; }

    /// <summary>The verdict on this endpoint alone.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The HTTP status; null where there was no HTTP answer.</summary>
    public int? StatusCode { get; init; }

    /// <summary>How long the answer took on the host; null where there was none.</summary>
    public TimeSpan? Latency { get; init; }

    /// <summary>The <c>timestamp</c> of the body, in UTC; null where it has none.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>What the verdict rests on.</summary>
    public required string Evidence { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Endpoint}={Verdict}";
}
