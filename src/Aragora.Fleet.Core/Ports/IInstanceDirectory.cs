namespace Aragora.Fleet.Ports;

/// <summary>What instances there are, and what their agents report. Pages are followed to the end.</summary>
public interface IInstanceDirectory
{
    /// <summary>EC2 DescribeInstances with filters only: an unknown id is no error, it is absent.</summary>
    /// <param name="region">The region to ask.</param>
    /// <param name="filters">EC2 filters: AND between entries, OR between the values of one.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    IAsyncEnumerable<Instance> DescribeInstancesAsync(
        string region, IReadOnlyList<InstanceFilter> filters, CancellationToken cancellationToken);

    /// <summary>SSM DescribeInstanceInformation for these ids; unknown ids are absent.</summary>
    IAsyncEnumerable<AgentInformation> DescribeAgentsAsync(
        string region, IReadOnlyList<string> instanceIds, CancellationToken cancellationToken);

    /// <summary>EC2 DescribeInstanceStatus for these ids, whatever their state; one unknown id fails the call.</summary>
    IAsyncEnumerable<InstanceChecks> DescribeChecksAsync(
        string region, IReadOnlyList<string> instanceIds, CancellationToken cancellationToken);
}

/// <summary>EC2's two status checks of one instance, in its own words: ok, impaired, initializing, insufficient-data.</summary>
/// <param name="InstanceId">The instance.</param>
/// <param name="Instance">The check of the machine from inside: is it up, does it answer.</param>
/// <param name="System">The check of what the machine stands on.</param>
public sealed record InstanceChecks(string InstanceId, string Instance, string System);

/// <summary>One EC2 filter.</summary>
/// <param name="Name">Such as <c>instance-state-name</c> or <c>tag:Name</c>.</param>
/// <param name="Values">Any of these matches; <c>*</c> and <c>?</c> are wildcards.</param>
public sealed record InstanceFilter(string Name, IReadOnlyList<string> Values);

/// <summary>What Systems Manager knows of one agent.</summary>
public sealed record AgentInformation
{
    /// <summary>The instance the agent runs on.</summary>
    public required string InstanceId { get; init; }

    /// <summary>Online, ConnectionLost or Inactive.</summary>
    public required PingStatus Ping { get; init; }

    /// <summary>When the agent was last heard, in UTC.</summary>
    public DateTimeOffset? LastPing { get; init; }

    /// <summary>The agent's version.</summary>
    public string? AgentVersion { get; init; }

    /// <summary>Operating system and version.</summary>
    public string? Platform { get; init; }
}
