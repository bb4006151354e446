namespace Aragora.Fleet.Sandbox.Instances;

/// <summary>
/// The instances of the embedded fleet: the runbook's four, as many more as wanted, and a dead one. They are dealt out
/// over the regions in turn, and each region is an account of its own, so that one sandbox plays several.
/// </summary>
internal sealed class FleetModel
{
    public const string Region = "us-east-2";
    public const string Account = "123456789012";

    /// <summary>Each region has a 172.x network of its own.</summary>
    public const int MaxRegions = 16;

    private static readonly DateTimeOffset s_firstLaunch = new(2025, 3, 4, 9, 12, 31, TimeSpan.Zero);

    private readonly Dictionary<string, IReadOnlyList<SimulatedInstance>> _managed;
    private readonly SimulatedInstance _terminated;

    private FleetModel(IReadOnlyList<string> regions, IReadOnlyList<SimulatedInstance> hosts)
    {
        (Regions, Hosts) = (regions, hosts);
        _terminated = new SimulatedInstance
        {
            Id = "i-0f0f0f0f0f0f0f0f1",
            Name = "aragora-api-old",
            Role = "retired",
            Layout = HostLayout.AmazonLinux2,
            Ordinal = 90,
            Place = new InstancePlace(regions[0], 0, 90),
            LaunchTime = s_firstLaunch.AddYears(-1),
            State = "terminated",
        };
        _managed = hosts
            .GroupBy(host => host.Place.Region)
            .ToDictionary(group => group.Key, group => (IReadOnlyList<SimulatedInstance>)[.. group]);
    }

    public IReadOnlyList<string> Regions { get; }

    /// <summary>The instances with a host.</summary>
    public IReadOnlyList<SimulatedInstance> Hosts { get; }

    /// <summary>All that EC2 knows in a region.</summary>
    public IReadOnlyList<SimulatedInstance> In(string region) =>
        region == Regions[0] ? [.. ManagedIn(region), _terminated] : ManagedIn(region);

    /// <summary>All that Systems Manager knows in a region.</summary>
    public IReadOnlyList<SimulatedInstance> ManagedIn(string region) => _managed.GetValueOrDefault(region, []);

    /// <summary>The account that a call to a region is for; of a region without instances the first one's.</summary>
    public string AccountOf(string region) =>
        $"{long.Parse(Account) + Math.Max(0, Regions.ToList().IndexOf(region))}";

    /// <summary>A fleet over the regions that are named, or over the runbook's alone.</summary>
    public static FleetModel Of(int hostCount, params IReadOnlyList<string> regions)
    {
        var places = regions.Count > 0 ? regions : [Region];
        return new FleetModel(places, [.. Enumerable.Range(0, hostCount).Select(ordinal => Make(ordinal, places))]);
    }

    /// <summary>The same fleet, whose last hosts run from a package.</summary>
    public FleetModel WithPackages(int count) => new(
        Regions, [.. Hosts.SkipLast(count), .. Hosts.TakeLast(count).Select(host => host with { Layout = HostLayout.Package })]);

    private static SimulatedInstance Make(int ordinal, IReadOnlyList<string> regions)
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
        var region = ordinal % regions.Count;
        return new SimulatedInstance
        {
            Id = id,
            Name = name,
            Role = role,
            Layout = layout,
            Ordinal = ordinal,
            Place = new InstancePlace(regions[region], region, ordinal / regions.Count),
            // Spread over a year.
            LaunchTime = s_firstLaunch.AddDays(17 * ordinal % 365).AddMinutes(3 * ordinal % 1440),
            // The drift that the runbook's section 5.2 is about.
            Release = name == "aragora-al2023-2" ? "v2.7.0" : "v2.8.0",
        };
    }
}
