using System.Runtime.CompilerServices;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Core.Tests.Commands;

/// <summary>An inventory in memory.</summary>
internal sealed class FakeDirectory : IInstanceDirectory
{
    /// <summary>What EC2 knows.</summary>
    public List<Instance> Known { get; } = [];

    /// <summary>What EC2 says of an instance; by default that it is well.</summary>
    public Func<string, InstanceChecks> Checks { get; set; } = id => new InstanceChecks(id, "ok", "ok");

    /// <summary>What Systems Manager says of an agent; by default that it is there.</summary>
    public Func<string, AgentInformation> Agent { get; set; } = id => new AgentInformation { InstanceId = id, Ping = PingStatus.Online };

    /// <summary>How often it was asked.</summary>
    public int Describes { get; private set; }

    public async IAsyncEnumerable<Instance> DescribeInstancesAsync(
        string region,
        IReadOnlyList<InstanceFilter> filters,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Describes++;
        await Task.Yield();
        foreach (var instance in Known.Where(i => i.Region == region && filters.All(filter => Matches(i, filter))))
        {
            yield return instance;
        }
    }

    /// <summary>How many ids each question about agents named.</summary>
    public List<int> AgentQuestions { get; } = [];

    public async IAsyncEnumerable<AgentInformation> DescribeAgentsAsync(
        string region, IReadOnlyList<string> instanceIds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        AgentQuestions.Add(instanceIds.Count);
        await Task.Yield();
        foreach (var id in instanceIds)
        {
            yield return Agent(id);
        }
    }

    public async IAsyncEnumerable<InstanceChecks> DescribeChecksAsync(
        string region, IReadOnlyList<string> instanceIds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        foreach (var id in instanceIds)
        {
            yield return Checks(id);
        }
    }

    private static bool Matches(Instance instance, InstanceFilter filter) => filter.Name switch
    {
        "instance-id" => filter.Values.Contains(instance.InstanceId),
        "tag:Environment" => filter.Values.Contains(instance.Environment),
        _ => true,
    };
}
