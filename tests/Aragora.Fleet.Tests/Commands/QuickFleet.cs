using Aragora.Fleet.Ports;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Loading;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>
/// An embedded fleet of virtual hosts as Connect-AragoraFleet -Sandbox -VirtualHost starts it, but for their times: these
/// hosts answer at once, so that a test waits for nothing but what it is about.
/// </summary>
internal static class QuickFleet
{
    /// <summary>Starts one and connects a session to it, which ends it with its connection.</summary>
    public static FleetConnection Connect(EngineHost engine, int hosts, int packages = 0)
    {
        var connection = Task.Run(() => StartAsync(hosts, packages)).GetAwaiter().GetResult();
        engine.InSession(() => FleetSession.Set(connection));
        return connection;
    }

    /// <summary>What a deploy of one ref would do to all its hosts at once.</summary>
    public static async Task<ChangePlan> PlanAsync(FleetConnection connection, string name)
    {
        var services = new FleetServices(connection, SilentLog.Instance);
        var instances = new List<Instance>();
        await foreach (var instance in services.Inventory.FindAsync(
            new InstanceSelector { Regions = connection.Regions, Environment = connection.Environment }, default))
        {
            instances.Add(instance);
        }

        return await services.Planner.PlanDeployAsync(
            new DeployRequest
            {
                Instances = instances,
                Ref = name,
                Waves = WaveList.Parse(["100%"]),
                Gates = new DeployGates { SettleTime = TimeSpan.Zero },
                OnFailure = FailureAction.Restore,
                Who = "tester",
                Origin = services.Origin,
            },
            default);
    }

    private static async Task<FleetConnection> StartAsync(int hosts, int packages)
    {
        var sandbox = await ModulePlugins.Sandbox.Instance.StartAsync(
            new SandboxOptions { VirtualHostCount = hosts, PackageHostCount = packages, HostTime = TimeSpan.FromMilliseconds(20) },
            CancellationToken.None);
        var backend = ModulePlugins.Backend.Instance.Create(
            new BackendOptions { EndpointUrl = sandbox.Endpoint, AccessKey = sandbox.AccessKey });
        return new FleetConnection
        {
            Environment = "production",
            Regions = sandbox.Regions,
            Settings = new FleetSettings { SettleTime = TimeSpan.FromSeconds(1) },
            Identity = await backend.GetCallerIdentityAsync(sandbox.Region, CancellationToken.None),
            Backend = backend,
            Sandbox = sandbox,
            Endpoint = sandbox.Endpoint,
        };
    }
}
