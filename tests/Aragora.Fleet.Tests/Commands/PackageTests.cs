using Aragora.Fleet.Failures;
using Aragora.Fleet.Locks;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.History;
using Aragora.Fleet.Rollouts.Plans;
using Aragora.Fleet.Tests.Hosting;
using Aragora.Fleet.Versions;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>Releases of hosts that run from a package, by themselves and beside hosts with a checkout.</summary>
public sealed class PackageTests : IDisposable
{
    private const string Deploy = "Invoke-AragoraDeploy -All -SettleTime 0 -Confirm:$false";

    private VirtualSession? _session;

    private VirtualSession Fleet => _session ??= new VirtualSession(hosts: 3, packages: 3);

    /// <summary>Two hosts with a checkout, two with a package, of which the last one lags behind.</summary>
    private VirtualSession Mixed => _session ??= new VirtualSession(hosts: 4, packages: 2);

    public void Dispose() => _session?.Dispose();

    [Theory]
    [InlineData("2.9.0")]
    [InlineData("v2.9.0")]
    public void A_version_reaches_every_host_in_waves_and_is_verified(string version)
    {
        var results = SandboxFleet.Results(Fleet.Succeed($"{Deploy} -PackageVersion {version} -Wave 1, 100% -Reason CHG-1"));

        Assert.Equal([1, 2, 2], results.Select(result => result.Wave).Order());
        Assert.All(results, result => Assert.Equal(
            (DeployOutcome.Deployed, "2.8.0", "2.9.0", "2.9.0", "ok: No broken requirements found."),
            (result.Outcome, result.From, result.To, result.RunningCommit, result.PipCheck)));
        Assert.All(Versions(), installed => Assert.Equal("2.9.0", installed));
    }

    [Theory]
    [InlineData("2.9.1", "ready", "no handler registered for route '/api/debates'")]
    [InlineData("2.9.2", "import", "No module named 'aragora.server.router'")]
    [InlineData("2.9.3", "ready", "not ready within 1 s")]
    [InlineData("2.9.4", "verify", "degraded, as it was not before")]
    public void A_bad_version_goes_back_to_the_one_before_and_starts_nowhere_else(string version, string phase, string reason)
    {
        var result = Fleet.Engine.Run($"{Deploy} -PackageVersion {version} -Wave 1 -ReadyTimeout 0:0:1");

        var results = SandboxFleet.Results(result);
        var canary = Assert.Single(results, one => one.Outcome == DeployOutcome.Reverted);
        Assert.Equal((phase, "2.8.0"), (canary.Phase, canary.RunningCommit));
        Assert.Contains(reason, canary.Reason, StringComparison.Ordinal);
        Assert.Equal(2, results.Count(one => one.Outcome == DeployOutcome.NotStarted));
        Assert.Equal("DeployFailed", SandboxFleet.Id(Assert.Single(result.Errors)));
        Assert.All(Versions(), installed => Assert.Equal("2.8.0", installed));
    }

    [Fact]
    public void What_a_run_has_touched_goes_back_when_a_gate_denies_the_rest()
    {
        var result = Fleet.Engine.Run(
            $"$asked = 0; {Deploy} -PackageVersion 2.9.0 -Wave 1, 100% -Gate {{ ($global:asked += 1) -lt 2 }}");

        Assert.Contains(SandboxFleet.Results(result), one => one.Outcome == DeployOutcome.Restored && one.RunningCommit == "2.8.0");
        Assert.All(Versions(), installed => Assert.Equal("2.8.0", installed));
    }

    [Fact]
    public void A_version_that_runs_already_is_left_alone() => Assert.All(
        SandboxFleet.Results(Fleet.Succeed($"{Deploy} -PackageVersion 2.8.0")),
        result => Assert.Equal(DeployOutcome.AlreadyCurrent, result.Outcome));

    [Theory]
    [InlineData("9.9.9")]
    [InlineData("2.9")]
    [InlineData("2.9.0rc1")]
    [InlineData("2.9.0+local.1")]
    public void A_version_that_the_index_lacks_is_not_found_and_nothing_is_touched(string version)
    {
        Assert.Equal("VersionNotFound", FailureOf($"{Deploy} -PackageVersion {version}"));
        Assert.All(Versions(), installed => Assert.Equal("2.8.0", installed));
    }

    [Theory]
    [InlineData(">=2.8")]
    [InlineData("2.*")]
    [InlineData("2.9.0 ")]
    [InlineData("2.9.0\n")]
    [InlineData("2.9.0-rc1")]
    [InlineData("1!2.9.0")]
    [InlineData("$(reboot)")]
    [InlineData("2.9.0;reboot")]
    [InlineData("2.9.0 --index-url http://example.org")]
    [InlineData("--help")]
    [InlineData("../aragora")]
    [InlineData("main")]
    public void What_is_no_version_is_refused_before_any_host_is_asked(string version)
    {
        Fleet.Engine.SetVariable("version", version);

        foreach (var cmdlet in new[] { "New-AragoraDeployPlan -All", Deploy, "Restore-AragoraCommit -All -Confirm:$false" })
            Assert.Equal("VersionInvalid", FailureOf($"{cmdlet} -PackageVersion $version"));
        Assert.Empty(Fleet.Succeed("Get-AragoraCommand").Values);
    }

    [Fact]
    public void WhatIf_shows_the_version_and_touches_nothing()
    {
        var result = Fleet.Succeed("Invoke-AragoraDeploy -All -PackageVersion 2.9.0 -WhatIf");

        Assert.Empty(result.Output);
        Assert.Contains("aragora 2.9.0", Shown(result), StringComparison.Ordinal);
        Assert.All(Versions(), installed => Assert.Equal("2.8.0", installed));
    }

    [Fact]
    public void A_fleet_of_both_gets_a_commit_and_a_version_by_one_plan()
    {
        var plan = Assert.IsType<ChangePlan>(Assert.Single(Mixed.Succeed(
            "$plan = New-AragoraDeployPlan -All -Ref v2.9.0 -PackageVersion 2.9.0 -SettleTime 0 -Wave 1, 100%; $plan").Values));
        Assert.Equal("v2.9.0 (09f0f4686) and aragora 2.9.0", plan.Wanted);
        Assert.Null(plan.Target);
        Assert.All(plan.Hosts, host => Assert.Equal(host.Layout == HostLayout.Git ? VirtualSession.V290 : "2.9.0", host.To));

        var results = SandboxFleet.Results(Mixed.Succeed("Invoke-AragoraDeploy -Plan $plan -Confirm:$false"));

        Assert.Equal(4, results.Count);
        Assert.All(results, result => Assert.Equal((DeployOutcome.Deployed, result.To), (result.Outcome, result.RunningCommit)));
        Assert.Equal(["2.9.0", "2.9.0"], results.Where(IsPackage).Select(result => result.To));
    }

    [Theory]
    [InlineData("-Ref v2.9.0", "no version is named for it")]
    [InlineData("-CommitSha 09f0f46", "no version is named for it")]
    [InlineData("-PackageVersion 2.9.0", "no commit is named for it")]
    public void A_host_that_nothing_is_named_for_is_refused_and_never_skipped(string target, string reason)
    {
        var plan = Assert.IsType<ChangePlan>(Assert.Single(Mixed.Succeed($"New-AragoraDeployPlan -All {target}").Values));
        Assert.Equal(2, plan.Hosts.Count(host => host.Obstacle is null));
        Assert.All(plan.Hosts.Select(host => host.Obstacle).OfType<FleetException>(), obstacle =>
        {
            Assert.Equal(FailureKind.LayoutUnsupported, obstacle.Kind);
            Assert.Contains(reason, obstacle.Message, StringComparison.Ordinal);
        });

        var refused = Mixed.Engine.RunToFailure($"{Deploy} {target}").TerminatingError!;
        Assert.Equal("LayoutUnsupported", SandboxFleet.Id(refused));
        Assert.StartsWith("2 hosts stand in the way, so nothing was begun", refused.Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Invoke-AragoraDeploy -Ref v2.9.0 -SettleTime 0 -Confirm:$false")]
    [InlineData("Invoke-AragoraDeploy -CommitSha 09f0f4686 -SettleTime 0 -Confirm:$false")]
    [InlineData("Invoke-AragoraDeploy -PackageVersion 2.9.0 -SettleTime 0 -Confirm:$false", true)]
    [InlineData("Restore-AragoraCommit -CommitSha 1bd27e85d -SettleTime 0 -Confirm:$false")]
    [InlineData("Restore-AragoraCommit -PackageVersion 2.7.0 -SettleTime 0 -Confirm:$false", true)]
    public void Hosts_are_piped_to_a_release_that_is_named(string cmdlet, bool isPackage = false)
    {
        var wanted = isPackage ? "-eq" : "-ne";

        var results = SandboxFleet.Results(Mixed.Succeed(
            $"Get-AragoraFleetVersion | Where-Object Mode {wanted} package | Where-Object PackageVersion -eq 2.8.0 | {cmdlet}"));

        Assert.All(results, result => Assert.Equal(result.To, result.RunningCommit));
        Assert.Equal(isPackage ? 1 : 2, results.Count);
    }

    [Fact]
    public void A_package_host_without_a_version_and_a_checkout_without_a_ref_are_told_where_none_is_left()
    {
        Assert.Equal("LayoutUnsupported", FailureOf(Fleet, $"{Deploy} -Ref v2.9.0"));
        Fleet.Succeed("$null = Connect-AragoraFleet -Sandbox -VirtualHost 2");
        Assert.Equal("LayoutUnsupported", FailureOf(Fleet, $"{Deploy} -PackageVersion 2.9.0"));
    }

    [Fact]
    public void Hosts_go_back_to_the_version_before_and_the_points_name_it()
    {
        var run = SandboxFleet.Results(Fleet.Succeed($"{Deploy} -PackageVersion 2.9.0 -Wave 100%"))[0].DeployId;

        var points = Fleet.Points("");
        Assert.Equal(3, points.Count);
        Assert.All(points, point => Assert.Equal(("2.8.0", true, true), (point.CommitSha, point.IsPrevious, point.IsAvailable)));

        Assert.All(Fleet.Restore("-All"), result => Assert.Equal((DeployOutcome.Restored, "2.8.0"), (result.Outcome, result.RunningCommit)));
        Assert.Equal("DeployComplete", FailureOf($"Resume-AragoraDeploy {run} -Confirm:$false"));
    }

    [Theory]
    [InlineData("-All -PackageVersion 2.7.0", "2.7.0")]
    [InlineData("-All -DeployId $run", "2.8.0")]
    public void Hosts_go_back_to_what_is_named(string aim, string version)
    {
        Fleet.Succeed($"$run = ({Deploy} -PackageVersion 2.9.0 -Wave 100% | ForEach-Object DeployId)[0]");

        Assert.All(
            Fleet.Restore(aim.Replace("-All -DeployId", "-DeployId", StringComparison.Ordinal)),
            result => Assert.Equal((DeployOutcome.Restored, version), (result.Outcome, result.RunningCommit)));
        Assert.All(Versions(), installed => Assert.Equal(version, installed));
    }

    [Fact]
    public void LastGood_is_the_version_that_came_last_and_stayed()
    {
        Fleet.Succeed($"$null = {Deploy} -PackageVersion 2.9.0 -Wave 100%");
        Fleet.Engine.Run($"{Deploy} -PackageVersion 2.9.1 -Wave 100% -ReadyTimeout 0:0:1 -OnFailure Stop");
        Fleet.Succeed($"$null = {Deploy} -PackageVersion 2.7.0 -Wave 100%");

        Assert.All(Fleet.Restore("-All"), result => Assert.Equal("2.9.0", result.RunningCommit));
        Assert.All(Fleet.Restore("-All -LastGood"), result => Assert.Equal(
            (DeployOutcome.AlreadyCurrent, "2.9.0"), (result.Outcome, result.RunningCommit)));
    }

    [Fact]
    public void Before_a_time_is_the_version_that_ran_then()
    {
        Fleet.Succeed($"$null = {Deploy} -PackageVersion 2.9.0 -Wave 100%");
        var time = DateTimeOffset.UtcNow;
        // Ledgers count whole seconds.
        Assert.True(SpinWait.SpinUntil(() => DateTimeOffset.UtcNow - time > TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10)));
        Fleet.Succeed($"$null = {Deploy} -PackageVersion 2.7.0 -Wave 100%");

        Assert.All(
            Fleet.Restore($"-All -Before '{time:O}'"),
            result => Assert.Equal((DeployOutcome.Restored, "2.9.0"), (result.Outcome, result.RunningCommit)));
        Assert.All(Versions(), installed => Assert.Equal("2.9.0", installed));
    }

    [Fact]
    public void Before_its_ledger_begins_no_version_is_invented()
    {
        Fleet.Succeed($"$null = {Deploy} -PackageVersion 2.9.0 -Wave 100%");

        Assert.Equal("NoRollbackPoint", FailureOf("Restore-AragoraCommit -All -Before ([DateTime]::Now.AddHours(-1)) -Confirm:$false"));
        Assert.All(Versions(), installed => Assert.Equal("2.9.0", installed));
    }

    [Fact]
    public void Points_of_both_kinds_of_host_are_restored_through_the_pipeline()
    {
        Mixed.Succeed($"$null = {Deploy} -Ref v2.9.0 -PackageVersion 2.9.0 -Wave 100%");

        var results = SandboxFleet.Results(Mixed.Succeed(
            "Get-AragoraRollbackPoint | Where-Object IsPrevious | Restore-AragoraCommit -SettleTime 0 -Confirm:$false"));

        Assert.Equal(4, results.Count);
        Assert.All(results, result => Assert.Equal(DeployOutcome.Restored, result.Outcome));
        Assert.Equal(["2.7.0", "2.8.0"], results.Where(IsPackage).Select(result => result.RunningCommit).Order());
    }

    [Fact]
    public void Both_kinds_of_host_go_back_to_what_is_named_for_each()
    {
        var results = Mixed.Restore("-All -CommitSha 1bd27e85d -PackageVersion 2.7.0");

        Assert.Equal(4, results.Count);
        Assert.All(results, result => Assert.Equal(IsPackage(result) ? "2.7.0" : VirtualSession.V270, result.RunningCommit));
    }

    [Fact]
    public void A_commit_that_is_piped_to_a_package_host_is_refused_unless_a_version_is_named_too()
    {
        const string Restore = "Get-AragoraInstance | Restore-AragoraCommit -CommitSha 1bd27e85d -SettleTime 0 -Confirm:$false";

        var refused = Mixed.Engine.RunToFailure(Restore).TerminatingError!;
        Assert.Equal("LayoutUnsupported", SandboxFleet.Id(refused));
        Assert.Contains("no version is named for it", refused.Exception.Message, StringComparison.Ordinal);

        var results = SandboxFleet.Results(Mixed.Succeed($"{Restore} -PackageVersion 2.7.0"));
        Assert.All(results, result => Assert.Equal(IsPackage(result) ? "2.7.0" : VirtualSession.V270, result.RunningCommit));
        Assert.Equal(4, results.Count);
    }

    [Fact]
    public void A_version_to_go_back_to_that_the_index_lacks_is_not_found() =>
        Assert.Equal("VersionNotFound", FailureOf("Restore-AragoraCommit -All -PackageVersion 1.0.0 -Confirm:$false"));

    [Fact]
    public void A_run_over_both_that_was_stopped_goes_on_to_its_targets_and_back_as_a_whole()
    {
        Mixed.Engine.Run(
            $"{Deploy} -Ref v2.9.0 -PackageVersion 2.9.0 -Wave 1, 100% "
            + "-Gate { $null = Stop-AragoraDeploy $_.DeployId -Confirm:$false; $true }");
        var stopped = (DeployRecord)Mixed.Succeed("Get-AragoraDeploy -Last 1").Values.Single()!;
        Assert.Equal(DeployState.Incomplete, stopped.State);

        var resumed = SandboxFleet.Results(Mixed.Succeed($"Resume-AragoraDeploy {stopped.DeployId} -Confirm:$false"));

        Assert.Equal(4, resumed.Count);
        Assert.All(resumed, result => Assert.Equal(IsPackage(result) ? "2.9.0" : VirtualSession.V290, result.RunningCommit));
        var back = Mixed.Restore($"-DeployId {stopped.DeployId}");
        Assert.Equal(["2.7.0", "2.8.0"], back.Where(IsPackage).Select(result => result.RunningCommit).Order());
    }

    [Fact]
    public async Task A_fleet_that_somebody_else_has_locked_is_left_alone()
    {
        await using var held = await new FleetLockService(
            Fleet.Connection.Backend.Parameters, TimeProvider.System, SilentLog.Instance, () => 0).TakeAsync(
            new LockRequest
            {
                Environment = "production",
                Regions = Fleet.Connection.Regions,
                Owner = "somebody else",
                Reason = "a hotfix",
                DeployId = "",
                Ttl = TimeSpan.FromMinutes(1),
            },
            CancellationToken.None);

        Assert.Equal("FleetLocked", FailureOf($"{Deploy} -PackageVersion 2.9.0 -LockWait 0"));
        Assert.All(Versions(), installed => Assert.Equal("2.8.0", installed));
    }

    [Fact]
    public void Package_hosts_drift_from_their_own_majority()
    {
        Assert.All(Rows(), row => Assert.Equal((false, null), (row.Drifted, row.DriftReason)));
        Fleet.Succeed($"$null = Invoke-AragoraDeploy {SandboxFleet.Api2} -SettleTime 0 -Confirm:$false -PackageVersion 2.9.0");

        var drifted = Assert.Single(Rows(), row => row.Drifted != false);

        Assert.Equal((SandboxFleet.Api2, true, "Holds 2.9.0, not 2.8.0."), (drifted.InstanceId, drifted.Drifted, drifted.DriftReason));

        IEnumerable<HostVersion> Rows() => Fleet.Succeed("Get-AragoraFleetVersion").Values.Cast<HostVersion>();
    }

    private static bool IsPackage(DeployResult result) => PackageVersion.IsNormal(result.To ?? "");

    private IEnumerable<string?> Versions() =>
        Fleet.Succeed("Get-AragoraFleetVersion").Values.Cast<HostVersion>().Select(version => version.PackageVersion);

    private string FailureOf(string script) => FailureOf(Fleet, script);

    private static string FailureOf(VirtualSession session, string script) =>
        SandboxFleet.Id(session.Engine.RunToFailure(script).TerminatingError!);

    private string Shown(EngineResult result) => string.Join('\n', Fleet.Engine.Screen.Lines.Concat(result.Information));
}
