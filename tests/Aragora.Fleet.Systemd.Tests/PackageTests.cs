using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Plans;
using Aragora.Fleet.Systemd.Tests.Fleet;

namespace Aragora.Fleet.Systemd.Tests;

/// <summary>The host that runs from a package: a real pip, a real index, an account without a shell or a home.</summary>
[Collection(SharedHosts.Name)]
public sealed class PackageTests
{
    private const string Host = SystemdSession.Package;
    private const string Deploy = $"Invoke-AragoraDeploy {Host} -SettleTime 0 -Confirm:$false";

    private readonly SystemdSession _fleet;

    public PackageTests(SystemdSession fleet)
    {
        _fleet = fleet;
        if (SystemdFleet.WhyNone is null && Installed() != "2.8.0")
            _fleet.Succeed($"$null = {Deploy} -PackageVersion 2.8.0");
    }

    [SystemdFact]
    public void A_version_is_installed_verified_and_taken_back_with_its_dependencies()
    {
        var before = Set();

        var result = Assert.Single(SystemdSession.Results(_fleet.Succeed($"{Deploy} -PackageVersion v2.9.0 -Reason 'a test'")));

        Assert.Equal(
            (DeployOutcome.Deployed, "2.8.0", "2.9.0", "2.9.0"),
            (result.Outcome, result.From, result.To, result.RunningCommit));
        Assert.Equal("ok: No broken requirements found.", result.PipCheck);
        Assert.Contains("aragora==2.9.0", Set());
        Assert.Contains("aragora_wire==2.9.0", Set());
        Assert.Contains(Set(), line => line.StartsWith("aragora_metrics==", StringComparison.Ordinal));
        Assert.Equal("0", _fleet.Shell(Host, "find /opt/aragora ! -user aragora | wc -l"));

        var restored = Assert.Single(SystemdSession.Results(
            _fleet.Succeed($"Restore-AragoraCommit {Host} -SettleTime 0 -Confirm:$false")));

        Assert.Equal((DeployOutcome.Restored, "2.8.0"), (restored.Outcome, restored.RunningCommit));
        Assert.Equal(before, Set());
    }

    [SystemdTheory]
    [InlineData("2.9.1", "ready")]
    [InlineData("2.9.2", "import")]
    public void A_bad_version_goes_back_by_itself_with_its_dependencies(string version, string phase)
    {
        var before = Set();

        var result = _fleet.Engine.Run($"{Deploy} -PackageVersion {version} -ReadyTimeout 0:0:4");

        var row = Assert.Single(SystemdSession.Results(result));
        Assert.Equal((DeployOutcome.Reverted, phase, "2.8.0"), (row.Outcome, row.Phase, row.RunningCommit));
        Assert.Equal("DeployFailed", SystemdSession.Id(Assert.Single(result.Errors)));
        Assert.Equal(before, Set());
    }

    [SystemdFact]
    public void A_fleet_of_both_gets_a_commit_and_a_version_in_one_run()
    {
        var target = _fleet.Prepare();
        var commit = _fleet.Commit(target);

        var plan = Assert.IsType<ChangePlan>(Assert.Single(_fleet.Succeed(
            $"$plan = New-AragoraDeployPlan ($git + '{Host}') -Ref {target} -PackageVersion 2.9.0 -SettleTime 0 -Wave 100%; $plan").Values));
        Assert.Equal(4, plan.Hosts.Count(host => host.Obstacle is null));

        var results = SystemdSession.Results(_fleet.Succeed("Invoke-AragoraDeploy -Plan $plan -Confirm:$false"));

        Assert.All(results, result => Assert.Equal(DeployOutcome.Deployed, result.Outcome));
        Assert.All(results, result => Assert.Equal(result.InstanceId == Host ? "2.9.0" : commit, result.RunningCommit));
    }

    [SystemdFact]
    public void A_version_that_the_index_lacks_is_refused_and_nothing_is_touched()
    {
        var before = Set();

        var refused = _fleet.Engine.RunToFailure($"{Deploy} -PackageVersion 9.9.9");

        Assert.Equal("VersionNotFound", SystemdSession.Id(refused.TerminatingError!));
        Assert.Equal(before, Set());
    }

    [SystemdFact]
    public void What_is_installed_already_is_left_alone() =>
        Assert.Equal(
            DeployOutcome.AlreadyCurrent,
            Assert.Single(SystemdSession.Results(_fleet.Succeed($"{Deploy} -PackageVersion 2.8.0"))).Outcome);

    [SystemdFact]
    public void A_package_that_changed_under_its_service_is_not_taken_for_current()
    {
        var version = Installed();
        _fleet.Shell(Host, "touch -d '+5 seconds' /opt/aragora/venv/lib/python*/site-packages/aragora-*.dist-info/METADATA");

        var plan = Assert.IsType<ChangePlan>(Assert.Single(
            _fleet.Succeed($"New-AragoraDeployPlan {Host} -PackageVersion {version}").Values));

        var host = Assert.Single(plan.Hosts);
        Assert.False(host.IsCurrent);
        Assert.Contains(host.Warnings, warning => warning.Kind == PlanWarningKind.RunningUnknown);
    }

    private string Installed() => _fleet.Shell(Host, "/opt/aragora/venv/bin/pip show aragora | sed -n 's/^Version: //p'");

    /// <summary>What is installed, a line for each distribution.</summary>
    private string[] Set() => _fleet.Shell(
        Host,
        "cd /opt/aragora/venv/lib/python*/site-packages && ls -d *.dist-info | sed -E 's/-([^-]+)\\.dist-info$/==\\1/' | sort").Split('\n');
}
