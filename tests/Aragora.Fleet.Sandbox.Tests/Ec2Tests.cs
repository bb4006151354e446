using Amazon.EC2;
using Amazon.EC2.Model;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests;

[Collection(SharedSandbox.Name)]
public sealed class Ec2Tests(SandboxFixture fixture)
{
    private AmazonEC2Client Ec2 => fixture.Clients.Ec2;

    [Fact]
    public async Task All_instances_are_described_with_the_terminated_one()
    {
        var response = await Ec2.DescribeInstancesAsync(new DescribeInstancesRequest());
        var states = Instances(response).ToDictionary(instance => instance.InstanceId, i => i.State.Name.Value);
        Assert.Equal(5, states.Count);
        Assert.Equal("running", states[SandboxFixture.ApiServer]);
        Assert.Equal("terminated", states[SandboxFixture.Terminated]);
    }

    [Theory]
    [InlineData("tag:Name", "aragora-al2023-?", 2)]
    [InlineData("tag:Name", "aragora-a*", 5)]
    [InlineData("tag:name", "aragora-a*", 0)]
    [InlineData("tag:Name", "ARAGORA-A*", 0)]
    [InlineData("tag-key", "Role", 5)]
    [InlineData("instance-state-name", "running", 4)]
    [InlineData("instance-id", SandboxFixture.Unknown, 0)]
    [InlineData("availability-zone", "us-east-2a", 3)]
    [InlineData("private-ip-address", "172.31.16.10", 1)]
    [InlineData("image-id", "ami-0a6b1c2d3e4f52023", 2)]
    public async Task A_filter_selects(string name, string value, int count)
    {
        var response = await Ec2.DescribeInstancesAsync(
            new DescribeInstancesRequest { Filters = [new(name, [value])] });
        Assert.Equal(count, Instances(response).Count);
    }

    [Fact]
    public async Task Filters_are_and_their_values_or()
    {
        var response = await Ec2.DescribeInstancesAsync(new DescribeInstancesRequest
        {
            Filters =
            [
                new("tag:Name", ["aragora-api-server", "aragora-api-old"]), new("instance-state-name", ["running"]),
            ],
        });
        Assert.Equal([SandboxFixture.ApiServer], Instances(response).Select(instance => instance.InstanceId));
    }

    // EC2 user guide, "List and filter using the CLI and API": up to 200 values per filter.
    [Fact]
    public async Task A_filter_takes_200_values()
    {
        DescribeInstancesRequest Request(int values) => new()
        {
            Filters = [new("instance-id", [.. Enumerable.Range(0, values).Select(i => $"i-0eeeeeeeeeeee{i:x4}")])],
        };

        await Ec2.DescribeInstancesAsync(Request(200));
        var error = await Assert.ThrowsAsync<AmazonEC2Exception>(() => Ec2.DescribeInstancesAsync(Request(201)));
        Assert.Equal("FilterLimitExceeded", error.ErrorCode);
    }

    [Theory]
    [InlineData(SandboxFixture.Unknown, "InvalidInstanceID.NotFound")]
    [InlineData("i-xyz", "InvalidInstanceID.Malformed")]
    public async Task One_bad_id_fails_the_whole_call(string id, string code)
    {
        var error = await Assert.ThrowsAsync<AmazonEC2Exception>(() => Ec2.DescribeInstancesAsync(
            new DescribeInstancesRequest { InstanceIds = [SandboxFixture.ApiServer, id] }));
        Assert.Equal(code, error.ErrorCode);
        Assert.NotEmpty(error.RequestId);
    }

    [Fact]
    public async Task An_unknown_filter_is_refused()
    {
        var error = await Assert.ThrowsAsync<AmazonEC2Exception>(() => Ec2.DescribeInstancesAsync(
            new DescribeInstancesRequest { Filters = [new("colour", ["red"])] }));
        Assert.Equal("InvalidParameterValue", error.ErrorCode);
    }

    [Theory]
    [InlineData(4, false, "InvalidParameterValue")]
    [InlineData(1001, false, "InvalidParameterValue")]
    [InlineData(5, true, "InvalidParameterCombination")]
    public async Task MaxResults_has_limits(int maxResults, bool withId, string code)
    {
        var error = await Assert.ThrowsAsync<AmazonEC2Exception>(() => Ec2.DescribeInstancesAsync(
            new DescribeInstancesRequest
            {
                MaxResults = maxResults, InstanceIds = withId ? [SandboxFixture.ApiServer] : null,
            }));
        Assert.Equal(code, error.ErrorCode);
    }

    [Fact]
    public async Task Another_region_is_empty()
    {
        using var clients = new SandboxClients(fixture.Sandbox, "eu-west-1");
        Assert.Empty(Instances(await clients.Ec2.DescribeInstancesAsync(new DescribeInstancesRequest())));
    }

    [Fact]
    public async Task Another_action_is_refused()
    {
        var error = await Assert.ThrowsAsync<AmazonEC2Exception>(
            () => Ec2.DescribeVpcsAsync(new DescribeVpcsRequest()));
        Assert.Equal("InvalidAction", error.ErrorCode);
    }

    private static List<Amazon.EC2.Model.Instance> Instances(DescribeInstancesResponse response) =>
        [.. (response.Reservations ?? []).SelectMany(reservation => reservation.Instances)];
}
