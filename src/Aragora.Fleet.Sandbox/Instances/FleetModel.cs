namespace Aragora.Fleet.Sandbox.Instances;

/// <summary>The instances of the embedded fleet: the runbook's four, as many more as wanted, and a dead one.</summary>
internal sealed class FleetModel
{
    public const string Region = "us-east-2";
    public const string Account = "123456789012";
    public const int MaxHosts = 16;

    private static readonly DateTimeOffset s_firstLaunch = new(2025, 3, 4, 9, 12, 31, TimeSpan.Zero);

    private static readonly SimulatedInstance s_terminated = new()
    {
        Id = "i-0f0f0f0f0f0f0f0f1",
        Name = "aragora-api-old",
        Role = "retired",
        Layout = HostLayout.AmazonLinux2,
        Ordinal = 90,
        LaunchTime = s_firstLaunch.AddYears(-1),
        State = "terminated",
    };

    private FleetModel(IReadOnlyList<SimulatedInstance> hosts) => Hosts = hosts;

    /// <summary>The instances with a live host.</summary>
    public IReadOnlyList<SimulatedInstance> Hosts { get; }

    /// <summary>All that EC2 knows in a region.</summary>
    public IReadOnlyList<SimulatedInstance> In(string region) => region == Region ? [.. Hosts, s_terminated] : [];

    /// <summary>All that Systems Manager knows in a region.</summary>
    public IReadOnlyList<SimulatedInstance> ManagedIn(string region) => region == Region ? Hosts : [];

    public static FleetModel Of(int hostCount)
    {
        if (hostCount is < 1 or > MaxHosts)
            throw new ArgumentOutOfRangeException(nameof(hostCount), $"A fleet has 1 to {MaxHosts} hosts.");
        return new FleetModel([.. Enumerable.Range(0, hostCount).Select(Make)]);
    }

    private static SimulatedInstance Make(int ordinal)
    {
        var (id, name, role, layout) = ordinal switch
        {
            0 => ("i-0dbd51f74a9a11fcc", "aragora-api-server", "primary", HostLayout.AmazonLinux2),
            1 => ("i-016b3e32625bf967e", "aragora-api-2", "secondary", HostLayout.AmazonLinux2),
            2 => ("i-0a1b2c3d4e5f60001", "aragora-al2023-1", "primary", HostLayout.AmazonLinux2023),
            3 => ("i-0a1b2c3d4e5f60002", "aragora-al2023-2", "secondary", HostLayout.AmazonLinux2023),
            _ => ($"i-0a1b2c3d4e5f6{ordinal + 1:x4}", $"aragora-{ordinal + 1}", "secondary",
                ordinal % 2 == 0 ? HostLayout.AmazonLinux2 : HostLayout.AmazonLinux2023),
        };
        return new SimulatedInstance
        {
            Id = id,
            Name = name,
            Role = role,
            Layout = layout,
            Ordinal = ordinal,
            LaunchTime = s_firstLaunch.AddDays(17 * ordinal).AddMinutes(3 * ordinal),
            // The drift that the runbook's section 5.2 is about.
            Release = name == "aragora-al2023-2" ? "v2.7.0" : "v2.8.0",
        };
    }
}
