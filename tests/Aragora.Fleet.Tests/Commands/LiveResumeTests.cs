using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.History;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>Runs that are gone on with on hosts that execute every script.</summary>
public sealed class LiveResumeTests : IDisposable
{
    private readonly SandboxFleet _fleet = new();

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public void A_resumption_that_fails_by_its_release_goes_back_with_all_that_the_first_attempt_did()
    {
        var before = _fleet.Releases();
        var stopped = Stop("-Wave 1, 100%");
        Assert.Equal("1 Done, 3 NotStarted", string.Join(", ", stopped.Summary.Split(", ").Order()));
        var canary = stopped.Hosts.Single(host => host.State == HostRunState.Done).InstanceId;
        var victim = stopped.Hosts.First(host => host.InstanceId != canary).InstanceId;
        _fleet.BreakInstall(victim);

        var resumed = _fleet.Engine.Run($"Resume-AragoraDeploy {stopped.DeployId} -Confirm:$false");

        var outcomes = SandboxFleet.Results(resumed).ToDictionary(result => result.InstanceId, result => result.Outcome);
        Assert.Equal((DeployOutcome.Restored, DeployOutcome.Reverted), (outcomes[canary], outcomes[victim]));
        Assert.Equal("DeployFailed", SandboxFleet.Id(Assert.Single(resumed.Errors)));
        Assert.Equal(before, _fleet.Releases());
        Assert.Equal((DeployState.Reverted, null, 2), (One().State, One().Next, One().Attempt));
    }

    [Fact]
    public void A_run_that_ended_before_it_was_accepted_is_watched_and_asked_about_and_then_complete()
    {
        var stopped = Stop("-Wave 100% -Approve");
        Assert.Equal((DeployState.Incomplete, "4 Done"), (stopped.State, stopped.Summary));

        var resumed = _fleet.Succeed(
            $"Resume-AragoraDeploy {stopped.DeployId} -Confirm:$false -Gate {{ $null = Approve-AragoraDeploy $_.DeployId -Confirm:$false; $true }}");

        Assert.All(SandboxFleet.Results(resumed), result => Assert.Equal(DeployOutcome.Deployed, result.Outcome));
        Assert.Equal((DeployState.Completed, null, 2), (One().State, One().Next, One().Attempt));
        _fleet.Succeed($"$null = Restore-AragoraCommit -DeployId {stopped.DeployId} -SettleTime 0 -Confirm:$false");
        var told = (DeployRecord)_fleet.Succeed($"Get-AragoraDeploy {stopped.DeployId}").Values.Single()!;
        Assert.Equal((DeployState.Reverted, null, "4 Done (taken back since)"), (told.State, told.Next, told.Summary));
    }

    [Fact]
    public void A_repair_that_was_stopped_repairs_the_rest_too()
    {
        string[] hosts = [SandboxFleet.ApiServer, SandboxFleet.Api2];
        _fleet.Shell("echo x >> /home/ec2-user/aragora/README.md", SandboxFleet.ApiServer);
        _fleet.Shell("echo x >> /home/ec2-user/aragora/README.md", SandboxFleet.Api2);
        _fleet.Engine.Run(
            $"Test-AragoraDrift {string.Join(", ", hosts)} -Kind Dirty | Repair-AragoraDrift -Wave 1 -SettleTime 0 -Confirm:$false "
            + "-Gate { $null = Stop-AragoraDeploy $_.DeployId -Confirm:$false; $true }");
        var stopped = One();
        Assert.Equal(("Repair", DeployState.Incomplete, "1 Done, 1 NotStarted"), (stopped.Kind, stopped.State, string.Join(", ", stopped.Summary.Split(", ").Order())));

        var resumed = SandboxFleet.Results(_fleet.Succeed($"{stopped.Next} -Confirm:$false"));

        Assert.Equal(hosts.Order(), resumed.Select(result => result.InstanceId).Order());
        Assert.All(resumed, result => Assert.Equal(DeployOutcome.Deployed, result.Outcome));
        Assert.Empty(_fleet.Succeed($"Test-AragoraDrift {string.Join(", ", hosts)} -Kind Dirty").Values);
        Assert.Equal((DeployState.Completed, null, 2), (One().State, One().Next, One().Attempt));
    }

    private DeployRecord Stop(string how)
    {
        _fleet.Engine.Run(
            $"Invoke-AragoraDeploy -Ref v2.9.0 -All {how} -SettleTime 0 -Confirm:$false "
            + "-Gate { $null = Stop-AragoraDeploy $_.DeployId -Confirm:$false; $true }");
        return One();
    }

    private DeployRecord One() => (DeployRecord)_fleet.Succeed("Get-AragoraDeploy -Last 1").Values.Single()!;
}
