using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet;

/// <summary>Finds the instances of the fleet: EC2's list joined with what Systems Manager knows of the agents.</summary>
/// <param name="directory">Where instances and agents are listed.</param>
/// <param name="settings">The tag that marks the fleet.</param>
public sealed class InstanceInventory(IInstanceDirectory directory, FleetSettings settings)
{
    // SSM's DescribeInstanceInformation takes up to 50 ids in one filter, and answers them in one page.
    private const int AgentPageSize = 50;

    private static readonly InstanceState[] s_visibleStates =
        [InstanceState.Pending, InstanceState.Running, InstanceState.Stopping, InstanceState.Stopped];

    /// <summary>Streams the instances that match, all regions at once; in each region as the pages come in.</summary>
    /// <exception cref="FleetException">The service refused or could not be reached.</exception>
    public async IAsyncEnumerable<Instance> FindAsync(
        InstanceSelector selector, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var found = Channel.CreateBounded<Instance>(100);
        var regions = Task.WhenAll(selector.Regions.Select(r => FindInRegionAsync(r, selector, found.Writer, stop.Token)));
        _ = regions.ContinueWith(
            t => found.Writer.TryComplete(t.Exception?.InnerException),
            CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        try
        {
            await foreach (var instance in found.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return instance;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await regions.ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
        }
    }

    private async Task FindInRegionAsync(
        string region, InstanceSelector selector, ChannelWriter<Instance> found, CancellationToken cancellationToken)
    {
        var page = new List<Instance>(AgentPageSize);
        var instances = directory.DescribeInstancesAsync(region, FiltersFor(selector), cancellationToken);
        await foreach (var instance in instances.ConfigureAwait(false))
        {
            page.Add(instance);
            if (page.Count == AgentPageSize)
            {
                await JoinAsync(region, page, found, cancellationToken).ConfigureAwait(false);
                page.Clear();
            }
        }

        await JoinAsync(region, page, found, cancellationToken).ConfigureAwait(false);
    }

    private async Task JoinAsync(
        string region, List<Instance> page, ChannelWriter<Instance> found, CancellationToken cancellationToken)
    {
        // Systems Manager lists no stopped or terminated instances, so those are not worth the question.
        var running = page.Where(i => i.State == InstanceState.Running).Select(i => i.InstanceId).ToList();
        var agents = new Dictionary<string, AgentInformation>(StringComparer.Ordinal);
        if (running.Count > 0)
        {
            await foreach (var agent in directory.DescribeAgentsAsync(region, running, cancellationToken).ConfigureAwait(false))
            {
                agents[agent.InstanceId] = agent;
            }
        }

        foreach (var instance in page)
        {
            await found.WriteAsync(Join(instance, agents.GetValueOrDefault(instance.InstanceId)), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private static Instance Join(Instance instance, AgentInformation? agent) => agent is null
        ? instance
        : instance with
        {
            Ping = agent.Ping,
            LastPing = agent.LastPing,
            AgentVersion = agent.AgentVersion,
            Platform = agent.Platform,
        };

    private List<InstanceFilter> FiltersFor(InstanceSelector selector)
    {
        var states = selector.States.Count > 0 ? selector.States : s_visibleStates;
        var filters = new List<InstanceFilter>
        {
            new($"tag:{settings.TagKey}", [settings.TagValue]),
            new("instance-state-name", [.. states.Select(InstanceStateName.ToWire)]),
        };
        if (selector.Environment is { } environment)
        {
            filters.Add(new("tag:Environment", [environment]));
        }

        if (selector.InstanceIds.Count > 0)
        {
            filters.Add(new("instance-id", selector.InstanceIds));
        }

        if (selector.Names.Count > 0)
        {
            filters.Add(new("tag:Name", selector.Names));
        }

        filters.AddRange(selector.Tags.Select(tag => new InstanceFilter($"tag:{tag.Key}", [tag.Value])));
        return filters;
    }
}
