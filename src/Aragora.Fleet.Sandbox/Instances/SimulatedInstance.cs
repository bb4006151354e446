namespace Aragora.Fleet.Sandbox.Instances;

/// <summary>One instance of the embedded fleet, as EC2 and Systems Manager describe it.</summary>
internal sealed record SimulatedInstance
{
    private SortedDictionary<string, string>? _tags;

    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Role { get; init; }

    public required HostLayout Layout { get; init; }

    /// <summary>The number in the fleet.</summary>
    public required int Ordinal { get; init; }

    public required InstancePlace Place { get; init; }

    public required DateTimeOffset LaunchTime { get; init; }

    /// <summary>A terminated instance has no host; EC2 shows it for a while, Systems Manager does not.</summary>
    public bool IsTerminated => State == "terminated";

    /// <summary>The release that the host starts on.</summary>
    public string Release { get; init; } = "v2.8.0";

    public string Zone => Place.Zone;

    public string PrivateIp => Place.PrivateIp;

    public string PrivateDnsName => $"ip-{PrivateIp.Replace('.', '-')}.{Place.Region}.compute.internal";

    /// <summary>The name of the EC2 state.</summary>
    public string State { get; init; } = "running";

    // Kept, since every filter of every call looks at them.
    public IReadOnlyDictionary<string, string> Tags => _tags ??=
        new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["Application"] = "aragora",
            ["Environment"] = "production",
            ["Name"] = Name,
            ["Role"] = Role,
        };
}
