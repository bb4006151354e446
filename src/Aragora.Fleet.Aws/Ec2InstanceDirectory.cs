using System.Runtime.CompilerServices;
using Amazon.EC2.Model;
using Amazon.SimpleSystemsManagement.Model;
using Aragora.Fleet.Ports;
using FleetInstance = Aragora.Fleet.Instance;
using FleetPingStatus = Aragora.Fleet.PingStatus;

namespace Aragora.Fleet.Aws;

/// <summary>EC2 DescribeInstances and SSM DescribeInstanceInformation.</summary>
internal sealed class Ec2InstanceDirectory(AwsClients clients) : IInstanceDirectory
{
    private const int MaxInstancesPerPage = 1000;
    private const int MaxAgentsPerPage = 50;
    private const int MaxStatusIds = 100;

    // "You can specify up to 50 filters and up to 200 values per filter in a single request": EC2 user guide, filtering.
    private const int MaxFilterValues = 200;

    public async IAsyncEnumerable<FleetInstance> DescribeInstancesAsync(
        string region,
        IReadOnlyList<InstanceFilter> filters,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var part in WithinLimit(filters))
        {
            await foreach (var instance in DescribePartAsync(region, part, cancellationToken).ConfigureAwait(false))
            {
                yield return instance;
            }
        }
    }

    public async IAsyncEnumerable<AgentInformation> DescribeAgentsAsync(
        string region,
        IReadOnlyList<string> instanceIds,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new DescribeInstanceInformationRequest
        {
            Filters = [new InstanceInformationStringFilter { Key = "InstanceIds", Values = [.. instanceIds] }],
            MaxResults = MaxAgentsPerPage,
        };
        do
        {
            var page = await AwsCall.RunAsync(
                "ssm:DescribeInstanceInformation",
                region,
                () => clients.For(region).Ssm.DescribeInstanceInformationAsync(request, cancellationToken))
                .ConfigureAwait(false);
            foreach (var agent in page.InstanceInformationList ?? [])
            {
                yield return new AgentInformation
                {
                    InstanceId = agent.InstanceId,
                    Ping = Enum.TryParse<FleetPingStatus>(agent.PingStatus?.Value, out var ping)
                        ? ping
                        : FleetPingStatus.Inactive,
                    LastPing = Utc(agent.LastPingDateTime),
                    AgentVersion = agent.AgentVersion,
                    Platform = $"{agent.PlatformName} {agent.PlatformVersion}".Trim(),
                };
            }

            request.NextToken = page.NextToken;
        }
        while (!string.IsNullOrEmpty(request.NextToken));
    }

    public async IAsyncEnumerable<InstanceChecks> DescribeChecksAsync(
        string region,
        IReadOnlyList<string> instanceIds,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var ids in instanceIds.Chunk(MaxStatusIds))
        {
            // All of them come in one answer: a page size cannot be given together with ids.
            var request = new DescribeInstanceStatusRequest { InstanceIds = [.. ids], IncludeAllInstances = true };
            var answer = await AwsCall.RunAsync(
                "ec2:DescribeInstanceStatus",
                region,
                () => clients.For(region).Ec2.DescribeInstanceStatusAsync(request, cancellationToken)).ConfigureAwait(false);
            foreach (var status in answer.InstanceStatuses ?? [])
            {
                yield return new InstanceChecks(
                    status.InstanceId, status.Status?.Status?.Value ?? "unknown", status.SystemStatus?.Status?.Value ?? "unknown");
            }
        }
    }

    private static IEnumerable<IReadOnlyList<InstanceFilter>> WithinLimit(IReadOnlyList<InstanceFilter> filters)
    {
        var large = filters.FirstOrDefault(filter => filter.Values.Count > MaxFilterValues);
        return large is null
            ? [filters]
            : large.Values.Chunk(MaxFilterValues).SelectMany(values => WithinLimit(
                [.. filters.Select(filter => filter == large ? filter with { Values = values } : filter)]));
    }

    private async IAsyncEnumerable<FleetInstance> DescribePartAsync(
        string region,
        IReadOnlyList<InstanceFilter> filters,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new DescribeInstancesRequest
        {
            Filters = [.. filters.Select(filter => new Filter(filter.Name, [.. filter.Values]))],
            MaxResults = MaxInstancesPerPage,
        };
        do
        {
            var page = await AwsCall.RunAsync(
                "ec2:DescribeInstances",
                region,
                () => clients.For(region).Ec2.DescribeInstancesAsync(request, cancellationToken)).ConfigureAwait(false);
            foreach (var instance in (page.Reservations ?? []).SelectMany(reservation => reservation.Instances ?? []))
            {
                yield return Map(instance, region);
            }

            request.NextToken = page.NextToken;
        }
        while (!string.IsNullOrEmpty(request.NextToken));
    }

    private static FleetInstance Map(Amazon.EC2.Model.Instance instance, string region)
    {
        var tags = (instance.Tags ?? []).ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);
        return new FleetInstance
        {
            InstanceId = instance.InstanceId,
            Name = tags.TryGetValue("Name", out var name) && name.Length > 0 ? name : instance.InstanceId,
            Environment = tags.GetValueOrDefault("Environment", ""),
            Region = region,
            State = InstanceStateName.Parse(instance.State?.Name?.Value),
            Ping = FleetPingStatus.NotManaged,
            ImageId = instance.ImageId,
            InstanceType = instance.InstanceType?.Value,
            LaunchTime = Utc(instance.LaunchTime),
            PrivateIpAddress = instance.PrivateIpAddress,
            PublicIpAddress = instance.PublicIpAddress,
            Zone = instance.Placement?.AvailabilityZone,
            Tags = tags,
        };
    }

    private static DateTimeOffset? Utc(DateTime? time) =>
        time is { } at ? new DateTimeOffset(at.ToUniversalTime(), TimeSpan.Zero) : null;
}
