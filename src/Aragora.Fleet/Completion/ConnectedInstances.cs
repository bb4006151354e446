using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Completion;

/// <summary>The instances that completers offer.</summary>
internal static class ConnectedInstances
{
    /// <summary>The connected fleet; nothing without a connection.</summary>
    public static async Task<IReadOnlyList<Instance>> ListAsync(FleetConnection? connection)
    {
        if (connection is null)
        {
            return [];
        }

        var selector = new InstanceSelector { Regions = connection.Regions, Environment = connection.Environment };
        var instances = new List<Instance>();
        var services = new FleetServices(connection, SilentLog.Instance);
        await foreach (var instance in services.Inventory.FindAsync(selector, CancellationToken.None).ConfigureAwait(false))
        {
            instances.Add(instance);
        }

        return instances;
    }
}
