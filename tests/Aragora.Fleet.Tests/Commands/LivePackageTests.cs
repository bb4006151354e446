using Aragora.Fleet.Drift;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.History;
using Aragora.Fleet.Rollouts.Plans;
using Aragora.Fleet.Tests.Hosting;
using Aragora.Fleet.Versions;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>A host that runs from a package and executes every script, beside one with a checkout.</summary>
public sealed class LivePackageTests(LivePackageTests.Hosts hosts) : IClassFixture<LivePackageTests.Hosts>
{
    private const string Host = SandboxFleet.Api2;
    private const string Deploy = $"Invoke-AragoraDeploy {Host} -SettleTime 0 -Confirm:$false";

    private const string Packages = "/opt/aragora/venv/lib/python3.11/site-packages";

    private SandboxFleet Fleet => hosts.Fleet;

    [Fact]
    public void A_version_comes_with_what_it_needs_and_goes_with_it()
    {
        Bring("2.8.0");
        var before = Set();
        Assert.Equal(["aragora-2.8.0", "aragora_metrics-1.0", "aragora_wire-2.8.0"], before);

        var deployed = Result($"{Deploy} -PackageVersion v2.9.0");

        Assert.Equal(
            (DeployOutcome.Deployed, "2.8.0", "2.9.0", "2.9.0", "ok: No broken requirements found."),
            (deployed.Outcome, deployed.From, deployed.To, deployed.RunningCommit, deployed.PipCheck));
        Assert.Equal(["aragora-2.9.0", "aragora_metrics-1.0", "aragora_wire-2.9.0"], Set());
        var point = Assert.IsType<RollbackPoint>(Assert.Single(Fleet.Succeed($"Get-AragoraRollbackPoint {Host} -Last 1").Values));
        Assert.Equal(("2.8.0", true, true), (point.CommitSha, point.IsPrevious, point.IsAvailable));

        var restored = Result($"Restore-AragoraCommit {Host} -SettleTime 0 -Confirm:$false");

        Assert.Equal((DeployOutcome.Restored, "2.8.0"), (restored.Outcome, restored.RunningCommit));
        Assert.Equal(before, Set());
    }

    [Fact]
    public void A_bad_version_goes_back_by_itself_also_where_a_pip_was_killed_before()
    {
        Bring("2.8.0");
        var before = Set();

        GoesBack();
        Fleet.Shell($"cd {Packages} && rm aragora-*.dist-info/RECORD && mv aragora '~ragora'", Host);
        GoesBack();

        Assert.Equal(before, Set());
        Assert.Equal("", Fleet.Shell($"cd {Packages} && ls -d '~'* 2>/dev/null; true", Host));

        void GoesBack()
        {
            var result = Fleet.Engine.Run($"{Deploy} -PackageVersion 2.9.1");

            var row = Assert.Single(SandboxFleet.Results(result));
            Assert.Equal((DeployOutcome.Reverted, "ready", "2.8.0"), (row.Outcome, row.Phase, row.RunningCommit));
            Assert.Contains("no handler registered for route '/api/debates'", row.Reason, StringComparison.Ordinal);
            Assert.Equal("DeployFailed", SandboxFleet.Id(Assert.Single(result.Errors)));
        }
    }

    [Fact]
    public void What_the_index_lacks_is_not_found_and_nothing_is_touched()
    {
        var before = Set();

        Assert.Equal(
            "VersionNotFound",
            SandboxFleet.Id(Fleet.Engine.RunToFailure($"{Deploy} -PackageVersion 9.9.9").TerminatingError!));
        Assert.Equal(before, Set());
    }

    [Fact]
    public void A_fleet_of_both_is_read_and_planned_for()
    {
        Bring("2.8.0");

        var versions = Fleet.Succeed("Get-AragoraFleetVersion").Values.Cast<HostVersion>().ToDictionary(version => version.InstanceId);
        Assert.Equal(("package", "2.8.0"), (versions[Host].Mode, versions[Host].PackageVersion));
        Assert.Equal("git", versions[SandboxFleet.ApiServer].Mode);
        Assert.Empty(Fleet.Succeed("Test-AragoraDrift -Kind Release, Running, PackageSet").Values);
        Assert.Empty(Fleet.Succeed("Test-AragoraHealth | Where-Object Verdict -ne Healthy").Values);

        var plan = Assert.IsType<ChangePlan>(Assert.Single(Fleet.Succeed(
            "New-AragoraDeployPlan -All -Ref v2.9.0 -PackageVersion 2.9.0").Values));
        Assert.All(plan.Hosts, host => Assert.Equal((null, 0), (host.Obstacle, host.Warnings.Count)));
        Assert.Equal("2.9.0", plan.Hosts.Single(host => host.InstanceId == Host).To);
    }

    private void Bring(string version) => Fleet.Succeed($"$null = {Deploy} -PackageVersion {version}");

    private DeployResult Result(string script) => Assert.Single(SandboxFleet.Results(Fleet.Succeed(script)));

    /// <summary>What is installed.</summary>
    private string[] Set() => Fleet.Shell($"cd {Packages} && ls -d *.dist-info", Host)
        .Split('\n').Select(line => line.Replace(".dist-info", "", StringComparison.Ordinal)).ToArray();

    public sealed class Hosts : IDisposable
    {
        internal SandboxFleet Fleet { get; } = new("-HostCount 2 -PackageHost 1");

        public void Dispose() => Fleet.Dispose();
    }
}
