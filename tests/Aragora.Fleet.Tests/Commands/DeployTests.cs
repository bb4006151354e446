using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>Deploys and restores that run well to their end, each on a fleet of its own.</summary>
public sealed class DeployTests : IDisposable
{
    private readonly SandboxFleet _fleet = new();

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public void A_release_reaches_every_host_in_waves_and_the_drift_is_gone()
    {
        var wanted = _fleet.Commit("v2.9.0");

        var results = SandboxFleet.Results(_fleet.Succeed(
            "Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1, 100% -SettleTime 0 -Reason 'a test' -Confirm:$false"));

        Assert.Equal([1, 2, 2, 2], results.Select(result => result.Wave).Order());
        Assert.All(results, result =>
        {
            Assert.Equal((DeployOutcome.Deployed, wanted, wanted), (result.Outcome, result.To, result.RunningCommit));
            Assert.NotNull(result.ReadyTime);
            Assert.StartsWith("seed_agents.py ok; validate_production.py", result.Validation);
        });
        Assert.All(_fleet.Releases().Values, release => Assert.Equal((wanted, wanted), release));
        Assert.All(
            _fleet.Succeed("Get-AragoraFleetVersion").Values.Cast<Versions.HostVersion>(),
            version => Assert.Equal((false, "main"), (version.Drifted, version.Branch)));
    }

    [Fact]
    public void What_is_current_is_left_alone()
    {
        var pid = _fleet.Shell("systemctl show aragora --property=MainPID");

        var results = SandboxFleet.Results(_fleet.Succeed("Invoke-AragoraDeploy -Ref v2.8.0 -All -SettleTime 0 -Confirm:$false"));

        Assert.Equal(3, results.Count(result => result.Outcome == DeployOutcome.AlreadyCurrent));
        Assert.Equal(SandboxFleet.Al2023Second, results.Single(r => r.Outcome == DeployOutcome.Deployed).InstanceId);
        Assert.Equal(pid, _fleet.Shell("systemctl show aragora --property=MainPID"));
    }

    [Fact]
    public void WhatIf_shows_every_host_and_touches_none()
    {
        var before = _fleet.Releases();

        var result = _fleet.Succeed("Invoke-AragoraDeploy -Ref v2.9.0 -All -WhatIf");

        Assert.Empty(result.Output);
        var shown = string.Join('\n', _fleet.Engine.Screen.Lines.Concat(result.Information));
        Assert.All(before.Keys, id => Assert.Contains(id, shown));
        Assert.Contains($"{before[SandboxFleet.Al2023Second].Running![..9]} -> {_fleet.Commit("v2.9.0")[..9]}", shown);
        Assert.Equal(before, _fleet.Releases());
    }

    [Fact]
    public void Restore_goes_back_to_what_ran_before_and_to_a_commit()
    {
        var before = _fleet.Releases();
        _fleet.Deploy("v2.9.0");

        var results = SandboxFleet.Results(_fleet.Succeed("Restore-AragoraCommit -All -SettleTime 0 -Confirm:$false"));

        Assert.All(results, result => Assert.Equal(DeployOutcome.Restored, result.Outcome));
        Assert.Equal(before, _fleet.Releases());

        var old = _fleet.Commit("v2.7.0");
        var toCommit = SandboxFleet.Results(_fleet.Succeed(
            $"Restore-AragoraCommit -All -CommitSha {old.ToUpperInvariant()[..9]} -SettleTime 0 -Confirm:$false"));

        Assert.Equal(1, toCommit.Count(result => result.Outcome == DeployOutcome.AlreadyCurrent));
        Assert.All(_fleet.Releases().Values, release => Assert.Equal((old, old), release));
    }

    [Fact]
    public void Local_changes_are_stashed_and_named()
    {
        _fleet.Shell("cd /home/ec2-user/aragora && echo hotfix >> README.md", SandboxFleet.Api2);

        var result = Assert.Single(SandboxFleet.Results(_fleet.Succeed(
            $"Invoke-AragoraDeploy -Ref v2.9.0 -InstanceId {SandboxFleet.Api2} -SettleTime 0 -Confirm:$false")));

        Assert.Equal($"aragora-fleet {result.DeployId}", result.Stash);
        Assert.Contains(result.Stash!, _fleet.Shell("git -C /home/ec2-user/aragora stash list", SandboxFleet.Api2));
    }

    [Fact]
    public void Two_environments_at_once_are_refused()
    {
        var result = _fleet.Engine.RunToFailure(
            "Invoke-AragoraDeploy -Ref v2.9.0 -All -Environment staging -Confirm:$false");

        Assert.Equal("NoTarget", SandboxFleet.Id(result.TerminatingError!));
    }
}
