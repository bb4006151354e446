using Aragora.Fleet.Ports;

namespace Aragora.Fleet.History;

/// <summary>
/// What the hosts of past commands are called. EC2 forgets a machine within the hour of its end, the history does not.
/// </summary>
internal sealed class HostNames(IInstanceDirectory directory, FleetSettings settings)
{
    /// <summary>The hosts of the fleet in whatever state.</summary>
    public Task<Dictionary<string, HostTarget>> OfFleetAsync(
        string region, string? environment, CancellationToken cancellationToken)
    {
        var filters = new List<InstanceFilter> { new($"tag:{settings.TagKey}", [settings.TagValue]) };
        if (environment is not null)
        {
            filters.Add(new("tag:Environment", [environment]));
        }

        return FindAsync(region, filters, cancellationToken);
    }

    /// <summary>These hosts, as far as EC2 knows them; the others are called by their ids.</summary>
    public async Task<Dictionary<string, HostTarget>> OfAsync(
        string region, IReadOnlyCollection<string> instanceIds, CancellationToken cancellationToken)
    {
        var found = instanceIds.Count == 0
            ? []
            : await FindAsync(region, [new("instance-id", [.. instanceIds])], cancellationToken).ConfigureAwait(false);
        foreach (var id in instanceIds)
        {
            found.TryAdd(id, new HostTarget(id, id, "", region));
        }

        return found;
    }

    private async Task<Dictionary<string, HostTarget>> FindAsync(
        string region, List<InstanceFilter> filters, CancellationToken cancellationToken)
    {
        var hosts = new Dictionary<string, HostTarget>(StringComparer.Ordinal);
        var instances = directory.DescribeInstancesAsync(region, filters, cancellationToken);
        await foreach (var instance in instances.ConfigureAwait(false))
        {
            hosts[instance.InstanceId] = HostTarget.From(instance);
        }

        return hosts;
    }
}
