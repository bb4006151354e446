using Aragora.Fleet.Locks;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.History;
using Aragora.Fleet.Rollouts.Plans;
using Aragora.Fleet.Systemd.Tests.Fleet;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Systemd.Tests;

/// <summary>Changes of the three hosts that have a checkout, each beginning with one release on all of them.</summary>
[Collection(SharedHosts.Name)]
public sealed class DeployTests : IDisposable
{
    private const string Deploy = "Invoke-AragoraDeploy $git -SettleTime 0 -Confirm:$false";

    private readonly SystemdSession _fleet;
    private readonly string _target;

    public DeployTests(SystemdSession fleet) => (_fleet, _target) = (fleet, fleet.Prepare());

    public void Dispose() => _fleet.Engine?.Run("Unlock-AragoraFleet -WarningAction SilentlyContinue");

    [SystemdFact]
    public void A_release_reaches_every_host_in_waves_is_verified_and_is_taken_back()
    {
        var before = _fleet.Releases();
        var wanted = _fleet.Commit(_target);

        var results = SystemdSession.Results(_fleet.Succeed($"{Deploy} -Ref {_target} -Wave 1, 100% -Reason 'a test'"));

        Assert.Equal([1, 2, 2], results.Select(result => result.Wave).Order());
        Assert.All(results, result =>
        {
            Assert.Equal((DeployOutcome.Deployed, wanted, wanted), (result.Outcome, result.To, result.RunningCommit));
            Assert.Equal((null, "ok: No broken requirements found."), (result.Proxy, result.PipCheck));
            Assert.NotNull(result.ReadyTime);
        });
        Assert.All(SystemdSession.Git, id =>
        {
            string Tell(string text) => _fleet.Shell(id, $"cd $(systemctl show aragora -P WorkingDirectory); {text}");

            // A release wants 2.8.0, and pip takes 2.8.0+site.1 for one.
            Assert.Equal(_target[1..], Tell("venv/bin/pip show aragora-wire | sed -n 's/^Version: //p'").Split('+')[0]);
            Assert.Contains($"ARAGORA_BUILD_SHA={wanted}", Tell("systemctl show aragora -P Environment"), StringComparison.Ordinal);
            Assert.Equal("0", Tell("find . ! -user $(systemctl show aragora -P User) | wc -l"));
        });
        Assert.All(
            _fleet.Succeed("Get-AragoraFleetVersion $git").Values.Cast<Versions.HostVersion>(),
            version => Assert.Equal(_target[1..], version.PackageVersion));
        Assert.Contains(
            before[SystemdSession.First].Running,
            _fleet.Succeed($"Get-AragoraRollbackPoint {SystemdSession.First}").Values
                .Cast<RollbackPoint>().Select(point => point.CommitSha));

        var restored = SystemdSession.Results(_fleet.Succeed("Restore-AragoraCommit $git -SettleTime 0 -Confirm:$false"));

        Assert.All(restored, result => Assert.Equal(DeployOutcome.Restored, result.Outcome));
        Assert.Equal(before, _fleet.Releases());
    }

    [SystemdTheory]
    [InlineData("broken-never-ready", "ready")]
    [SoakInlineData("broken-import", "import")]
    [SoakInlineData("broken-crash", "ready")]
    [SoakInlineData("degraded", "verify")]
    public void A_bad_release_goes_back_and_starts_nowhere_else(string release, string phase)
    {
        var before = _fleet.Releases();

        var result = _fleet.Engine.Run($"{Deploy} -Ref {release} -Wave 1 -ReadyTimeout 0:0:4");

        var results = SystemdSession.Results(result);
        var canary = Assert.Single(results, one => one.Outcome == DeployOutcome.Reverted);
        Assert.Equal((phase, canary.From), (canary.Phase, canary.RunningCommit));
        Assert.Equal(2, results.Count(one => one.Outcome == DeployOutcome.NotStarted));
        Assert.Equal("DeployFailed", SystemdSession.Id(Assert.Single(result.Errors)));
        Assert.Equal(before, _fleet.Releases());
    }

    [SystemdSoakFact]
    public void A_plan_is_applied_as_it_was_shown()
    {
        var plan = Assert.IsType<ChangePlan>(Assert.Single(
            _fleet.Succeed("$plan = New-AragoraDeployPlan $git -Ref " + _target + " -SettleTime 0; $plan").Values));
        Assert.Equal(3, plan.Hosts.Count);

        var results = SystemdSession.Results(_fleet.Succeed("Invoke-AragoraDeploy -Plan $plan -Confirm:$false"));

        Assert.All(results, result => Assert.Equal(DeployOutcome.Deployed, result.Outcome));
    }

    [SystemdFact]
    public void A_package_host_is_told_as_one_that_no_commit_can_be_deployed_to()
    {
        var result = _fleet.Engine.Run($"Invoke-AragoraDeploy {SystemdSession.Package} -Ref v2.9.0 -Confirm:$false");

        var told = string.Join('\n', result.Errors.Append(result.TerminatingError).Select(e => e?.ErrorDetails?.RecommendedAction));
        Assert.Contains("-PackageVersion", told, StringComparison.Ordinal);
        Assert.DoesNotContain(SystemdSession.Results(result), one => one.Outcome == DeployOutcome.Deployed);
    }

    [SystemdFact]
    public void The_lock_of_another_session_keeps_a_deploy_out()
    {
        using var other = EngineHost.Open();
        _fleet.Connect(other);
        other.Run("$null = Lock-AragoraFleet 'CHG-1'");
        Assert.Equal("CHG-1", Assert.Single(_fleet.Succeed("Get-AragoraFleetLock").Values.Cast<FleetLock>()).Reason);

        var refused = _fleet.Engine.RunToFailure($"{Deploy} -Ref {_target}");

        Assert.Equal("FleetLocked", SystemdSession.Id(refused.TerminatingError!));
        other.Run("Unlock-AragoraFleet");
        Assert.Empty(_fleet.Succeed("Get-AragoraFleetLock").Values);
    }

    [SystemdSoakFact]
    public async Task A_run_that_was_interrupted_is_told_and_gone_on_with()
    {
        var wanted = _fleet.Commit(_target);
        var run = await _fleet.Engine.RunAsync(
            $"{Deploy} -Ref {_target} -Wave 1", stopWhen: _fleet.AwaitPhaseAsync("install", SystemdSession.Git));
        Assert.NotNull(run.Exception);

        // The step that was under way goes on without its client.
        var record = _fleet.LastRun();
        Assert.NotEqual(DeployState.Completed, record.State);
        var resumed = SystemdSession.Results(
            _fleet.Succeed($"Resume-AragoraDeploy {record.DeployId} -LockWait 0:1:0 -Confirm:$false"));

        Assert.All(resumed, result => Assert.Equal(record.DeployId, result.DeployId));
        Assert.All(_fleet.Releases().Values, release => Assert.Equal((wanted, wanted), release));
        Assert.Equal(DeployState.Completed, _fleet.LastRun().State);
    }
}
