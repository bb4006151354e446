using System.Diagnostics;
using System.Net;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.SimpleSystemsManagement.Model;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests;

/// <summary>
/// Status checks, reboots and the channel of the agent. Sources: EC2 API reference DescribeInstanceStatus and
/// RebootInstances; Systems Manager API reference GetConnectionStatus.
/// </summary>
[Collection(SharedSandbox.Name)]
public sealed class InstanceStatusTests(SandboxFixture fixture)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private AmazonEC2Client Ec2 => fixture.Clients.Ec2;

    [Theory]
    [InlineData(null, 4)]
    [InlineData(true, 5)]
    public async Task Only_running_instances_have_their_status_told_unless_all_are_wanted(bool? all, int count)
    {
        var response = await Ec2.DescribeInstanceStatusAsync(
            new DescribeInstanceStatusRequest { IncludeAllInstances = all });
        Assert.Equal(count, response.InstanceStatuses.Count);
        foreach (var status in response.InstanceStatuses)
        {
            var expected = status.InstanceState.Name.Value == "running" ? "ok" : "not-applicable";
            Assert.Equal((expected, expected), (status.Status.Status.Value, status.SystemStatus.Status.Value));
        }
    }

    [Theory]
    [InlineData("instance-state-name", "terminated", 1)]
    [InlineData("instance-state-code", "16", 4)]
    [InlineData("instance-status.status", "ok", 4)]
    [InlineData("system-status.reachability", "passed", 4)]
    [InlineData("availability-zone", "us-east-2b", 1)]
    [InlineData("event.code", "*", 0)]
    public async Task A_filter_selects(string name, string value, int count)
    {
        var response = await Ec2.DescribeInstanceStatusAsync(new DescribeInstanceStatusRequest
        {
            IncludeAllInstances = true, Filters = [new(name, [value])],
        });
        Assert.Equal(count, (response.InstanceStatuses ?? []).Count);
    }

    [Theory]
    [InlineData("InvalidInstanceID.NotFound", SandboxFixture.Unknown, null)]
    [InlineData("InvalidInstanceID.Malformed", "i-1", null)]
    [InlineData("InvalidParameterCombination", SandboxFixture.ApiServer, 5)]
    [InlineData("InvalidParameterValue", null, 4)]
    public async Task A_bad_request_for_a_status_is_refused(string code, string? id, int? maxResults)
    {
        var error = await Assert.ThrowsAsync<AmazonEC2Exception>(() => Ec2.DescribeInstanceStatusAsync(
            new DescribeInstanceStatusRequest { InstanceIds = id is null ? null : [id], MaxResults = maxResults }));
        Assert.Equal(code, error.ErrorCode);
    }

    [Theory]
    [InlineData("InvalidInstanceID.NotFound", 400, SandboxFixture.Unknown, false)]
    [InlineData("InvalidInstanceID.Malformed", 400, "i-1", false)]
    [InlineData("DryRunOperation", 412, SandboxFixture.ApiServer, true)]
    public async Task A_reboot_that_must_not_happen_is_refused(string code, int status, string id, bool dryRun)
    {
        var before = await BootIdAsync(SandboxFixture.ApiServer);
        var error = await Assert.ThrowsAsync<AmazonEC2Exception>(() => Ec2.RebootInstancesAsync(
            new RebootInstancesRequest { InstanceIds = [SandboxFixture.ApiServer, id], DryRun = dryRun }));
        Assert.Equal((code, (HttpStatusCode)status), (error.ErrorCode, error.StatusCode));
        Assert.Equal(before, await BootIdAsync(SandboxFixture.ApiServer));
    }

    [Fact]
    public async Task A_reboot_keeps_the_state_kills_what_runs_and_comes_back_with_a_new_boot_id()
    {
        var before = await BootIdAsync(SandboxFixture.Al2023Second);
        var running = await fixture.Clients.SendAsync(
            SandboxFixture.Al2023Second, "touch /tmp/before; while :; do date >/var/beat; sleep 0.05; done");
        await UntilAsync(async () => (await fixture.Clients.RunAsync(
            SandboxFixture.Al2023Second, "test -e /var/beat")).ResponseCode == 0);

        await Ec2.RebootInstancesAsync(new RebootInstancesRequest
        {
            // A terminated instance among them is ignored.
            InstanceIds = [SandboxFixture.Al2023Second, SandboxFixture.Terminated],
        });
        var state = (await Ec2.DescribeInstancesAsync(
            new DescribeInstancesRequest { InstanceIds = [SandboxFixture.Al2023Second] })).Reservations[0].Instances[0];
        Assert.Equal("running", state.State.Name.Value);

        var after = await BootIdAsync(SandboxFixture.Al2023Second);
        Assert.NotEqual(before, after);
        var run = await fixture.Clients.RunAsync(
            SandboxFixture.Al2023Second,
            "test -e /tmp/before || echo emptied; a=$(cat /var/beat); sleep 1; [ \"$a\" = \"$(cat /var/beat)\" ] "
            + "&& echo silent; systemctl is-active aragora");
        Assert.Equal("emptied\nsilent\nactive\n", run.StandardOutputContent);
        // Its reply is lost, so that it stays as it is until the command expires.
        var lost = await fixture.Clients.Ssm.GetCommandInvocationAsync(
            new GetCommandInvocationRequest { CommandId = running, InstanceId = SandboxFixture.Al2023Second });
        Assert.Equal("InProgress", lost.StatusDetails);
        await UntilAsync(async () => (await Ec2.DescribeInstanceStatusAsync(new DescribeInstanceStatusRequest
        {
            InstanceIds = [SandboxFixture.Al2023Second],
        })).InstanceStatuses[0].Status.Status == "ok");
    }

    [Theory]
    [InlineData(SandboxFixture.ApiServer, "connected")]
    [InlineData(SandboxFixture.Terminated, "notconnected")]
    [InlineData(SandboxFixture.Unknown, "notconnected")]
    public async Task The_channel_of_an_agent_is_told(string id, string status)
    {
        var response = await fixture.Clients.Ssm.GetConnectionStatusAsync(
            new GetConnectionStatusRequest { Target = id });
        Assert.Equal((id, status), (response.Target, response.Status.Value));
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var waited = Stopwatch.StartNew(); !await condition(); await Task.Delay(50))
        {
            Assert.True(waited.Elapsed < s_patience, "The condition did not come true.");
        }
    }

    private async Task<string> BootIdAsync(string id)
    {
        var run = await fixture.Clients.RunAsync(id, "cat /proc/sys/kernel/random/boot_id");
        return run.StandardOutputContent;
    }
}
