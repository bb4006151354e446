using Aragora.Fleet.Commands;
using Aragora.Fleet.History;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Systemd.Tests.Fleet;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Systemd.Tests;

/// <summary>
/// Faults of the endpoint and of the replies, in front of hosts with systemd. What is to befall such a host itself, a test does
/// to it for real.
/// </summary>
[Collection(SharedHosts.Name)]
public sealed class EndpointFaultTests(SystemdSession fleet) : IDisposable
{
    public void Dispose() => fleet.Engine?.Run("Set-AragoraSandboxFault -Clear");

    [SystemdSoakFact]
    public void A_deploy_gets_through_throttling_and_runs_no_step_twice_where_answers_are_cut_off()
    {
        var target = fleet.Prepare();
        fleet.Succeed(
            "Set-AragoraSandboxFault Throttling -CallsPerSecond 4 -Burst 2; "
            + "Set-AragoraSandboxFault CutAfterAcceptance -ApiAction SendCommand -Count 2");

        var results = SystemdSession.Results(fleet.Succeed(
            $"Invoke-AragoraDeploy $git -Ref {target} -Wave 100% -SettleTime 0 -Confirm:$false"));

        Assert.All(results, result => Assert.Equal(DeployOutcome.Deployed, result.Outcome));
        var id = results[0].DeployId;
        Assert.All(SystemdSession.Git, host => Assert.Equal(
            "1", fleet.Shell(host, $"ls -d /var/lib/aragora-fleet/steps/{id}* | wc -l")));
    }

    [SystemdFact]
    public void A_lost_reply_leaves_one_host_unknown()
    {
        fleet.Succeed($"Set-AragoraSandboxFault LostReply -InstanceId {SystemdSession.Second} -Delay 0 -Count 1");

        var result = fleet.Engine.Run("Get-AragoraFleetVersion $git");

        Assert.Equal("DeliveryTimedOut", SystemdSession.Id(Assert.Single(result.Errors)));
        Assert.Equal(3, result.Output.Count);
    }

    [SystemdFact]
    public async Task A_command_that_the_lists_do_not_show_yet_is_not_told_as_running_although_its_script_is()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var other = EngineHost.Open();
        fleet.Connect(other);
        fleet.Succeed("Set-AragoraSandboxFault EventualConsistency -Delay 0:0:5 -Count 1");
        var running = other.RunAsync($"Invoke-AragoraCommand {SystemdSession.First} -Script 'sleep 4712' -Confirm:$false");
        while (fleet.Shell(SystemdSession.First, "pgrep -f '^sleep 4712' || true").Length == 0)
            await Task.Delay(50, limit.Token);

        const string Find = $"Get-AragoraCommand -InstanceId {SystemdSession.First} -State Running";
        Assert.Empty(fleet.Succeed(Find).Values);

        CommandInvocation? found;
        while ((found = fleet.Succeed(Find).Values.Cast<CommandInvocation>().SingleOrDefault()) is null)
            await Task.Delay(200, limit.Token);
        var stopped = Assert.IsType<CommandResult>(Assert.Single(
            fleet.Succeed($"Stop-AragoraCommand {found.CommandId} -Confirm:$false").Values));
        Assert.Equal(CommandState.Cancelled, stopped.State);
        Assert.NotEmpty((await running).Errors);
    }

    [SystemdFact]
    public void What_would_befall_a_live_host_of_the_sandbox_is_refused()
    {
        var refused = fleet.Engine.RunToFailure($"Set-AragoraSandboxFault HostReboot -InstanceId {SystemdSession.First}");

        Assert.Equal("RequestRejected", SystemdSession.Id(refused.TerminatingError!));
    }
}
