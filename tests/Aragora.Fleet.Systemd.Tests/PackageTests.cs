using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.History;
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
        if (SystemdFleet.WhyNone is null)
            _fleet.BringPackage("2.8.0");
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

    [SystemdSoakFact]
    public void A_version_that_comes_as_source_alone_is_built_and_taken_back()
    {
        var before = Set();

        var result = Assert.Single(SystemdSession.Results(_fleet.Succeed($"{Deploy} -PackageVersion 2.10.0")));

        Assert.Equal((DeployOutcome.Deployed, "2.10.0"), (result.Outcome, result.RunningCommit));
        _fleet.Succeed($"Restore-AragoraCommit {Host} -SettleTime 0 -Confirm:$false");
        Assert.Equal(before, Set());
    }

    [SystemdTheory]
    [InlineData("2.9.1", "ready")]
    [SoakInlineData("2.9.2", "import")]
    public void A_bad_version_goes_back_by_itself_with_its_dependencies(string version, string phase)
    {
        var before = Set();

        var result = _fleet.Engine.Run($"{Deploy} -PackageVersion {version} -ReadyTimeout 0:0:4");

        var row = Assert.Single(SystemdSession.Results(result));
        Assert.Equal((DeployOutcome.Reverted, phase, "2.8.0"), (row.Outcome, row.Phase, row.RunningCommit));
        Assert.Equal("DeployFailed", SystemdSession.Id(Assert.Single(result.Errors)));
        Assert.Equal(before, Set());
    }

    [SystemdSoakFact]
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

    [SystemdSoakFact]
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
        var version = _fleet.PackageVersion();
        _fleet.Shell(Host, "touch -d '+5 seconds' /opt/aragora/venv/lib/python*/site-packages/aragora-*.dist-info/METADATA");

        var plan = Assert.IsType<ChangePlan>(Assert.Single(
            _fleet.Succeed($"New-AragoraDeployPlan {Host} -PackageVersion {version}").Values));

        var host = Assert.Single(plan.Hosts);
        Assert.False(host.IsCurrent);
        Assert.Contains(host.Warnings, warning => warning.Kind == PlanWarningKind.RunningUnknown);
    }

    [SystemdSoakFact]
    public void A_version_is_taken_to_the_letter()
    {
        foreach (var version in new[] { "2.8.0+site.1", "2.9.0rc1", "2.8.0" })
        {
            var result = Assert.Single(SystemdSession.Results(_fleet.Succeed($"{Deploy} -PackageVersion {version}")));

            Assert.Equal((DeployOutcome.Deployed, version, version), (result.Outcome, result.To, result.RunningCommit));
            Assert.Contains($"aragora=={version}", Set());
        }
    }

    [SystemdSoakFact]
    public async Task A_way_back_needs_no_index()
    {
        var before = Set();
        var cutting = CutAsync();

        var result = await _fleet.Engine.RunAsync($"{Deploy} -PackageVersion 2.9.1 -ReadyTimeout 0:0:4");
        await cutting;
        HealIndex();

        Assert.Equal(DeployOutcome.Reverted, Assert.Single(SystemdSession.Results(result)).Outcome);
        Assert.Equal(before, Set());

        async Task CutAsync()
        {
            await _fleet.AwaitPhaseAsync("import", Host);
            CutIndex();
        }
    }

    [SystemdSoakTheory]
    [InlineData($"Restore-AragoraCommit {Host}")]
    [InlineData($"Restore-AragoraCommit {Host} -PackageVersion 2.8.0")]
    [InlineData($"Get-AragoraRollbackPoint {Host} | Where-Object IsPrevious | Restore-AragoraCommit")]
    public void A_release_can_be_restored_without_the_index(string way)
    {
        var before = Set();
        _fleet.Succeed($"$null = {Deploy} -PackageVersion 2.9.0");
        CutIndex();
        try
        {
            var restored = Assert.Single(SystemdSession.Results(
                _fleet.Succeed($"{way} -SettleTime 0 -Confirm:$false")));

            Assert.Equal((DeployOutcome.Restored, "2.8.0"), (restored.Outcome, restored.RunningCommit));
            Assert.Equal(before, Set());
        }
        finally
        {
            HealIndex();
        }
    }

    // With two signs pip prefers 2.8.0+site.1 of the dependency, and so does the set of 2.8.0.
    [SystemdSoakFact]
    public void A_version_of_which_a_dependency_is_not_here_any_more_is_not_held()
    {
        _fleet.Succeed($"$null = {Deploy} -PackageVersion 2.9.0");
        Assert.True(Point().IsAvailable);

        _fleet.Shell(Host, "rm /opt/aragora/.aragora-fleet/wheels/*/aragora_wire-2.8.0+site.1-*.whl");

        Assert.False(Point().IsAvailable);

        RollbackPoint Point() => _fleet.Succeed($"Get-AragoraRollbackPoint {Host}").Values.Cast<RollbackPoint>()
            .Single(point => point.CommitSha == "2.8.0");
    }

    [SystemdFact]
    public async Task A_pip_that_was_killed_is_taken_back_and_does_not_stand_in_the_way_of_the_next_one()
    {
        var before = Set();

        var told = await KillAsync($"{Deploy} -PackageVersion 2.9.0");

        Assert.True(_fleet.LastRun().State == DeployState.Reverted, told);
        Assert.Equal(before, Set());
        Assert.Equal(
            DeployOutcome.Deployed,
            Assert.Single(SystemdSession.Results(_fleet.Succeed($"{Deploy} -PackageVersion 2.9.0"))).Outcome);
        Assert.Equal("0", _fleet.Shell(Host, "ls -d /opt/aragora/venv/lib/python*/site-packages/~* 2>/dev/null | wc -l"));
    }

    [SystemdFact]
    public void What_pip_was_about_to_write_down_when_it_was_killed_does_not_stand_in_the_way_back()
    {
        var before = Set();
        _fleet.Succeed($"$null = {Deploy} -PackageVersion 2.9.0");
        _fleet.Shell(Host, "sed -i '/INSTALLER/d; /REQUESTED/d' /opt/aragora/venv/lib/python*/site-packages/aragora-2.9.0.dist-info/RECORD");

        _fleet.Succeed($"$null = Restore-AragoraCommit {Host} -SettleTime 0 -Confirm:$false");

        Assert.Equal(before, Set());
    }

    [SystemdFact]
    public void What_was_installed_from_a_folder_is_refused_and_nothing_is_touched()
    {
        const string Note = "/opt/aragora/venv/lib/python*/site-packages/aragora-*.dist-info";
        _fleet.Shell(Host, $"cd {Note}; echo '{{\"url\": \"file:///src\", \"dir_info\": {{\"editable\": true}}}}' >direct_url.json");
        try
        {
            var result = Assert.Single(SystemdSession.Results(_fleet.Engine.Run($"{Deploy} -PackageVersion 2.9.0")));

            Assert.Equal(DeployOutcome.Refused, result.Outcome);
            Assert.Contains("installed from a folder or a repository", result.Reason, StringComparison.Ordinal);
            Assert.Equal("2.8.0", _fleet.PackageVersion());
        }
        finally
        {
            _fleet.Shell(Host, $"rm {Note}/direct_url.json");
        }
    }

    /// <summary>Runs a deploy, kills its step as soon as pip has taken the old version away, and gives what was told of it.</summary>
    private async Task<string> KillAsync(string script)
    {
        var striking = StrikeAsync();
        var result = await _fleet.Engine.RunAsync(script);
        await striking;
        return string.Join('\n', SystemdSession.Results(result).Select(one => $"{one.Outcome} at {one.Phase}: {one.Reason}")
            .Concat(result.Errors.Select(error => $"{error}")));

        async Task StrikeAsync()
        {
            await _fleet.AwaitPhaseAsync("install", Host);
            _fleet.Shell(
                Host,
                "until ! compgen -G '/opt/aragora/venv/lib/python*/site-packages/aragora-2.8.0.dist-info' >/dev/null || ((SECONDS > 20)); do :; done; "
                + "systemctl kill -s KILL 'aragora-fleet-step-*'");
        }
    }

    private void CutIndex() => _fleet.Shell(Host, "ip route add unreachable 172.31.0.1");

    private void HealIndex() => _fleet.Shell(Host, "ip route del unreachable 172.31.0.1");

    /// <summary>What is installed, a line for each distribution.</summary>
    private string[] Set() => _fleet.Shell(
        Host,
        "cd /opt/aragora/venv/lib/python*/site-packages && ls -d *.dist-info | sed -E 's/-([^-]+)\\.dist-info$/==\\1/' | sort").Split('\n');
}
