using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>Deploys that fail, each on a fleet of its own: what goes back, and where to.</summary>
public sealed class FailedDeployTests : IDisposable
{
    private readonly SandboxFleet _fleet = new();

    public void Dispose() => _fleet.Dispose();

    [Theory]
    [InlineData("broken-import", "import")]
    [InlineData("broken-crash", "ready")]
    [InlineData("broken-never-ready", "ready")]
    public void A_bad_release_goes_back_on_the_canary_and_starts_nowhere_else(string release, string phase)
    {
        var before = _fleet.Releases();

        var result = _fleet.Engine.Run(
            $"Invoke-AragoraDeploy -Ref {release} -All -ReadyTimeout 0:0:3 -SettleTime 0 -Confirm:$false");

        var results = SandboxFleet.Results(result);
        var canary = Assert.Single(results, r => r.Outcome == DeployOutcome.Reverted);
        Assert.Equal((phase, 1), (canary.Phase, canary.Wave));
        Assert.Equal(canary.From, canary.RunningCommit);
        Assert.Equal(3, results.Count(r => r.Outcome == DeployOutcome.NotStarted));
        Assert.Equal("DeployFailed", SandboxFleet.Id(Assert.Single(result.Errors)));
        Assert.Equal(before, _fleet.Releases());
    }

    [Fact]
    public void A_release_that_is_degraded_is_not_deployed()
    {
        var before = _fleet.Releases();

        var result = _fleet.Engine.Run("Invoke-AragoraDeploy -Ref degraded -All -SettleTime 0 -ReadyTimeout 0:0:3 -Confirm:$false");

        Assert.Equal("DeployFailed", SandboxFleet.Id(Assert.Single(result.Errors)));
        Assert.Equal(before, _fleet.Releases());
    }

    [Fact]
    public void A_failure_in_a_later_wave_takes_every_touched_host_back()
    {
        var before = _fleet.Releases();
        _fleet.BreakInstall(SandboxFleet.Api2);

        var result = _fleet.Engine.Run("Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1 -SettleTime 0 -Confirm:$false");

        var results = SandboxFleet.Results(result).ToDictionary(r => r.InstanceId);
        Assert.Equal(4, results.Count);
        Assert.Equal(DeployOutcome.Reverted, results[SandboxFleet.Api2].Outcome);
        Assert.Equal(DeployOutcome.Restored, results[SandboxFleet.ApiServer].Outcome);
        Assert.Equal(before, _fleet.Releases());
    }

    [Fact]
    public void Within_MaxFailure_one_host_that_fails_costs_that_host_only()
    {
        var wanted = _fleet.Commit("v2.9.0");
        _fleet.BreakInstall(SandboxFleet.Api2);

        var result = _fleet.Engine.Run(
            "Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 2 -MaxFailure 25% -SettleTime 0 -Confirm:$false");

        var results = SandboxFleet.Results(result).ToDictionary(r => r.InstanceId);
        Assert.Equal(DeployOutcome.Reverted, results[SandboxFleet.Api2].Outcome);
        Assert.Equal(3, results.Values.Count(r => (r.Outcome, r.RunningCommit) == (DeployOutcome.Deployed, wanted)));
        Assert.Equal("DeployFailed", SandboxFleet.Id(Assert.Single(result.Errors)));
    }

    [Theory]
    [InlineData("kill -9 $pid", "another process")]
    [InlineData("for n in {1..9}; do echo '{\"level\": \"ERROR\"}' >/proc/$pid/fd/1; done", "error line(s)")]
    public void A_canary_that_falls_ill_after_it_was_verified_goes_back_and_no_other_host_gets_its_release(
        string trouble, string reason)
    {
        var before = _fleet.Releases();
        foreach (var id in before.Keys)
        {
            // Whichever host is the canary: its service suffers two seconds after its step has said that it is deployed.
            _fleet.Shell(
                $$"""
                systemd-run --unit=saboteur bash -c '
                  until grep -qs "^outcome deployed" /var/lib/aragora-fleet/steps/*-deploy/outcome; do sleep 0.2; done
                  sleep 2
                  pid=$(systemctl show aragora --property=MainPID)
                  pid=${pid#*=}
                  {{trouble.Replace("'", "'\\''")}}'
                """,
                id);
        }

        var result = _fleet.Engine.Run(
            "Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1 -BakeTime 0:1:0 -SettleTime 0 -Confirm:$false");

        var results = SandboxFleet.Results(result);
        var canary = Assert.Single(results, r => r.Outcome == DeployOutcome.Reverted);
        Assert.Equal(("bake", 1, canary.From), (canary.Phase, canary.Wave, canary.RunningCommit));
        Assert.Contains(reason, canary.Reason, StringComparison.Ordinal);
        Assert.Equal(3, results.Count(r => r.Outcome == DeployOutcome.NotStarted));
        Assert.Equal(before, _fleet.Releases());
    }

    [Fact]
    public void OnFailure_Stop_leaves_the_hosts_that_are_done()
    {
        var wanted = _fleet.Commit("v2.9.0");
        _fleet.BreakInstall(SandboxFleet.Api2);

        var result = _fleet.Engine.Run(
            $"Invoke-AragoraDeploy -Ref v2.9.0 -InstanceId {SandboxFleet.ApiServer}, {SandboxFleet.Api2} -Wave 1 " +
            "-OnFailure Stop -SettleTime 0 -Confirm:$false");

        var results = SandboxFleet.Results(result).ToDictionary(r => r.InstanceId);
        Assert.Equal(DeployOutcome.Deployed, results[SandboxFleet.ApiServer].Outcome);
        Assert.Equal(DeployOutcome.Reverted, results[SandboxFleet.Api2].Outcome);
        Assert.Equal(wanted, _fleet.Releases()[SandboxFleet.ApiServer].Running);
    }

    [Fact]
    public void After_a_foreign_deploy_every_host_goes_back_to_what_that_one_brought()
    {
        // Ours brings B, a pasted script brings C, ours of D fails.
        _fleet.Deploy("v2.7.0");
        var foreign = _fleet.Commit("v2.9.0");
        _fleet.Engine.SetVariable("pasted", PastedDeploy);
        _fleet.Succeed("$null = Get-AragoraInstance -Name aragora-api* | Invoke-AragoraCommand -Script $pasted -Confirm:$false");
        _fleet.Engine.SetVariable("pasted", PastedDeploy.Replace("/home/ec2-user/aragora", "/opt/aragora").Replace("ec2-user", "aragora"));
        _fleet.Succeed("$null = Get-AragoraInstance -Name aragora-al2023* | Invoke-AragoraCommand -Script $pasted -Confirm:$false");
        Assert.All(_fleet.Releases().Values, release => Assert.Equal(foreign, release.Disk));
        _fleet.BreakInstall(SandboxFleet.Api2);

        var result = _fleet.Engine.Run("Invoke-AragoraDeploy -Ref v2.8.0 -All -Wave 1 -SettleTime 0 -Confirm:$false");

        Assert.Equal("DeployFailed", SandboxFleet.Id(Assert.Single(result.Errors)));
        var touched = SandboxFleet.Results(result).Where(r => r.Outcome is DeployOutcome.Reverted or DeployOutcome.Restored).ToList();
        Assert.Equal($"{_fleet.Commit("v2.7.0")}..{foreign}", touched.Single(r => r.InstanceId == SandboxFleet.Api2).Foreign);
        Assert.Contains("\tForeign\t", _fleet.Shell("cat /var/lib/aragora-fleet/ledger", SandboxFleet.Api2));
        Assert.All(_fleet.Releases().Values, release => Assert.Equal((foreign, foreign), release));
    }

    // The runbook's section 3.3, as it is pasted.
    private const string PastedDeploy = """
        set -e
        export HOME=/root
        cd /home/ec2-user/aragora
        git config --global --add safe.directory /home/ec2-user/aragora
        PREVIOUS_COMMIT=$(git rev-parse HEAD)
        echo "PREVIOUS_COMMIT=$PREVIOUS_COMMIT" > /tmp/aragora_deploy_state
        sudo -u ec2-user git stash --include-untracked || true
        sudo chown -R ec2-user:ec2-user /home/ec2-user/aragora/.git || true
        sudo -u ec2-user git fetch origin main
        sudo -u ec2-user git reset --hard origin/main
        source venv/bin/activate
        pip install -e . --quiet --no-cache-dir
        sudo systemctl daemon-reload
        sudo systemctl restart aragora
        sleep 5
        systemctl is-active --quiet aragora && echo DEPLOY_OK || echo DEPLOY_FAIL
        """;
}
