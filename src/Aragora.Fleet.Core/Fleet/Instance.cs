namespace Aragora.Fleet;

/// <summary>One EC2 instance of the fleet, joined with what Systems Manager knows of it.</summary>
/// <remarks>Sources: EC2 DescribeInstances, SSM DescribeInstanceInformation. A snapshot; it never changes.</remarks>
public sealed record Instance : IHostIdentity
{
    /// <summary>The EC2 instance id, <c>i-</c> and 8 or 17 hexadecimal digits.</summary>
    public required string InstanceId { get; init; }

    /// <summary>The tag <c>Name</c>; the id where there is none.</summary>
    public required string Name { get; init; }

    /// <summary>The tag <c>Environment</c> (production, staging, dr); empty where there is none.</summary>
    public required string Environment { get; init; }

    /// <summary>The AWS region that holds the instance.</summary>
    public required string Region { get; init; }

    /// <summary>The state of the machine as EC2 reports it.</summary>
    public required InstanceState State { get; init; }

    /// <summary>Whether the SSM agent reports in. Minutes old by nature: the heartbeat comes every five minutes.</summary>
    public required PingStatus Ping { get; init; }

    /// <summary>When the SSM agent was last heard, in UTC; null where Systems Manager does not know the instance.</summary>
    public DateTimeOffset? LastPing { get; init; }

    /// <summary>The version of the SSM agent; null where Systems Manager does not know the instance.</summary>
    public string? AgentVersion { get; init; }

    /// <summary>Operating system and version as the agent reports them, such as <c>Amazon Linux 2023</c>.</summary>
    public string? Platform { get; init; }

    /// <summary>The machine image the instance was started from.</summary>
    public string? ImageId { get; init; }

    /// <summary>The EC2 instance type.</summary>
    public string? InstanceType { get; init; }

    /// <summary>When the instance was last started, in UTC.</summary>
    public DateTimeOffset? LaunchTime { get; init; }

    /// <summary>The private IPv4 address.</summary>
    public string? PrivateIpAddress { get; init; }

    /// <summary>The public IPv4 address, where there is one.</summary>
    public string? PublicIpAddress { get; init; }

    /// <summary>The availability zone.</summary>
    public string? Zone { get; init; }

    /// <summary>All tags of the instance.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public override string ToString() => Name == InstanceId ? InstanceId : $"{Name} ({InstanceId})";
}

/// <summary>The state of an EC2 instance.</summary>
public enum InstanceState
{
    /// <summary>EC2 gave a state this version does not know.</summary>
    Unknown,

    /// <summary>Starting.</summary>
    Pending,

    /// <summary>Running.</summary>
    Running,

    /// <summary>Being terminated.</summary>
    ShuttingDown,

    /// <summary>Terminated; EC2 shows it for up to an hour.</summary>
    Terminated,

    /// <summary>Stopping.</summary>
    Stopping,

    /// <summary>Stopped.</summary>
    Stopped,
}

/// <summary>What Systems Manager says of an instance's agent.</summary>
public enum PingStatus
{
    /// <summary>Systems Manager does not know the instance: no agent, no role, or not running.</summary>
    NotManaged,

    /// <summary>The agent reported in within the last minutes. That is no proof that it answers now.</summary>
    Online,

    /// <summary>The agent has not reported for a while.</summary>
    ConnectionLost,

    /// <summary>The agent is registered but inactive.</summary>
    Inactive,
}
