using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.History;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>The ways back, and the releases that are offered for them.</summary>
public sealed class RestoreTests : IDisposable
{
    private const string First = SandboxFleet.ApiServer;
    private const string Second = SandboxFleet.Al2023Second;

    private readonly VirtualSession _fleet = new();

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public void Points_are_told_for_each_host_with_where_they_come_from()
    {
        var run = _fleet.Deploy("v2.9.0");

        var points = _fleet.Points("");

        Assert.Equal(4, points.Count);
        var first = points.Single(point => point.InstanceId == First);
        Assert.Equal(
            (VirtualSession.V280, RollbackPointSource.Before, null, true, true, false),
            (first.CommitSha, first.Source, first.DeployId, first.IsAvailable, first.IsPrevious, first.IsLastGood));
        _fleet.Deploy("v2.8.0");
        var newest = _fleet.Points($"-InstanceId {First} -Last 1").Single();
        Assert.Equal((VirtualSession.V290, RollbackPointSource.Deploy, run), (newest.CommitSha, newest.Source, newest.DeployId));
        Assert.NotNull(newest.When);
    }

    // capistrano#467: the release before is not the same one everywhere.
    [Fact]
    public void Each_host_goes_back_to_what_that_host_ran_before()
    {
        var before = _fleet.Running();
        Assert.Equal(2, before.Values.Distinct().Count());
        _fleet.Deploy("v2.9.0");

        var results = _fleet.Restore("-All");

        Assert.All(results, result => Assert.Equal((DeployOutcome.Restored, before[result.InstanceId]), (result.Outcome, result.To)));
        Assert.Equal(before, _fleet.Running());
    }

    // capistrano#1800: a release that failed is never gone back to.
    [Fact]
    public void A_failed_release_is_neither_offered_nor_chosen()
    {
        _fleet.Deploy("v2.9.0");
        var failed = _fleet.Engine.Run("Invoke-AragoraDeploy -Ref broken-crash -All -ReadyTimeout 0:0:1 -SettleTime 0 -Confirm:$false");
        Assert.Equal("DeployFailed", SandboxFleet.Id(Assert.Single(failed.Errors)));
        var broken = SandboxFleet.Results(failed)[0].To;
        _fleet.Deploy("v2.7.0");

        Assert.DoesNotContain(_fleet.Points(""), point => point.CommitSha == broken);
        Assert.All(_fleet.Restore("-All"), result => Assert.Equal(VirtualSession.V290, result.To));
    }

    [Theory]
    [InlineData("-WhatIf")]
    [InlineData("-ReadyTimeout 0:0:1 -SettleTime 0 -Confirm:$false")]
    public void Going_back_to_a_release_that_failed_there_is_warned_of(string how)
    {
        _fleet.Engine.Run("Invoke-AragoraDeploy -Ref broken-crash -All -MaxFailure 1 -ReadyTimeout 0:0:1 -SettleTime 0 -Wave 1, 100% -Confirm:$false");
        var failed = _fleet.Succeed("Get-AragoraDeploy -Last 1").Values.OfType<DeployRecord>().Single();

        var result = _fleet.Engine.Run($"Restore-AragoraCommit -CommitSha {failed.Target} -All {how}");

        Assert.Equal(
            failed.Hosts.Count(host => host.State == HostRunState.Back),
            result.Warnings.Count(warning => warning.EndsWith($" failed with {CommitId.Abbreviate(failed.Target)} before, in {failed.DeployId}")));
    }

    [Fact]
    public void The_next_command_of_a_restore_that_failed_brings_its_hosts_to_where_they_were()
    {
        var before = _fleet.Running();
        _fleet.Engine.Run("Restore-AragoraCommit -CommitSha 21c54af5d2d7c933aacf873157a8208dece1dab4 -All -ReadyTimeout 0:0:1 -SettleTime 0 -Confirm:$false");

        var failed = _fleet.Succeed("Get-AragoraDeploy -Last 1").Values.OfType<DeployRecord>().Single();
        var back = _fleet.Engine.Run($"{failed.Next} -SettleTime 0 -Confirm:$false");

        Assert.Equal($"Restore-AragoraCommit -DeployId {failed.DeployId}", failed.Next);
        Assert.Empty(back.Errors);
        Assert.Equal(before, _fleet.Running());
    }

    [Theory]
    [InlineData("-Gate { throw 'typo' }")]
    [InlineData("-Gate { $false }")]
    [InlineData("-Gate { $null = Stop-AragoraDeploy $_.DeployId -Restore -Confirm:$false; $true }")]
    public void A_release_that_was_good_stays_a_point_where_a_later_run_of_it_goes_back_for_another(string gate)
    {
        _fleet.Deploy("v2.9.0");
        _fleet.Deploy("v2.7.0");
        _fleet.Engine.Run($"Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1, 100% -SettleTime 0 -Confirm:$false {gate}");

        Assert.All(_fleet.Points("").Where(point => point.CommitSha == VirtualSession.V290), point => Assert.True(point.IsPrevious));
        Assert.All(_fleet.Restore("-All"), result => Assert.Equal(VirtualSession.V290, result.To));
    }

    [Fact]
    public void LastGood_is_the_release_that_came_last_and_stayed()
    {
        _fleet.Deploy("v2.9.0");
        _fleet.Engine.Run("Invoke-AragoraDeploy -Ref broken-crash -All -ReadyTimeout 0:0:1 -SettleTime 0 -Confirm:$false");

        var results = _fleet.Restore("-All -LastGood");

        Assert.All(results, result => Assert.Equal((DeployOutcome.AlreadyCurrent, VirtualSession.V290), (result.Outcome, result.To)));
    }

    [Fact]
    public void A_run_goes_back_on_the_hosts_that_it_touched_and_on_no_other()
    {
        var before = _fleet.Running();
        var run = _fleet.Deploy("v2.9.0", $"-InstanceId {First}, {SandboxFleet.Api2}");
        _fleet.Deploy("v2.9.0", $"-InstanceId {Second}");

        var results = _fleet.Restore($"-DeployId {run}");

        Assert.Equal([SandboxFleet.Api2, First], results.Select(result => result.InstanceId).Order());
        Assert.Equal((before[First], before[SandboxFleet.Api2]), (_fleet.Running()[First], _fleet.Running()[SandboxFleet.Api2]));
        Assert.Equal(VirtualSession.V290, _fleet.Running()[Second]);
    }

    [Fact]
    public void That_a_newer_release_goes_is_told_also_where_nobody_is_asked()
    {
        var run = _fleet.Deploy("v2.9.0", $"-InstanceId {First}, {Second}");
        _fleet.Deploy("v2.7.0", $"-InstanceId {First}");

        var result = _fleet.Succeed($"Restore-AragoraCommit -DeployId {run} -SettleTime 0 -Confirm:$false");

        var warning = Assert.Single(result.Warnings);
        Assert.Contains($"({First}) runs ", warning, StringComparison.Ordinal);
        Assert.EndsWith(", which came after that run", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_knows_no_release_says_where_one_is_to_be_seen()
    {
        var error = _fleet.Engine.RunToFailure($"Restore-AragoraCommit -InstanceId {First} -Confirm:$false").TerminatingError!;

        Assert.EndsWith("names one that ran well and was not taken back since.", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(
            "Name the release with -CommitSha or -PackageVersion: Get-AragoraDeploy tells which runs brought and took back what.",
            error.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void A_run_that_nobody_knows_is_not_found()
    {
        var result = _fleet.Engine.RunToFailure("Restore-AragoraCommit -DeployId 20260101T000000-aaaaaa -Confirm:$false");

        Assert.Equal("DeployNotFound", SandboxFleet.Id(result.TerminatingError!));
    }

    [Fact]
    public void Before_a_time_is_what_ran_then()
    {
        _fleet.Deploy("v2.9.0");
        var before = _fleet.Running();
        var time = DateTimeOffset.UtcNow;
        // Ledgers count whole seconds.
        Assert.True(SpinWait.SpinUntil(() => DateTimeOffset.UtcNow - time > TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10)));
        _fleet.Deploy("v2.7.0");

        var results = _fleet.Restore($"-All -Before '{time:O}'");

        Assert.All(results, result => Assert.Equal(DeployOutcome.Restored, result.Outcome));
        Assert.Equal(before, _fleet.Running());
    }

    [Theory]
    [InlineData(-1, "NoRollbackPoint", "its ledger begins at ")]
    [InlineData(1, "TimeInvalid", "still to come")]
    public void Before_its_ledger_begins_and_in_time_to_come_nothing_is_invented(int hours, string id, string said)
    {
        _fleet.Deploy("v2.9.0");
        var before = _fleet.Running();

        var error = _fleet.Engine.RunToFailure($"Restore-AragoraCommit -All -Before ([DateTime]::Now.AddHours({hours})) -Confirm:$false").TerminatingError!;

        Assert.Equal(id, SandboxFleet.Id(error));
        Assert.Contains(said, error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, _fleet.Running());
    }

    [Fact]
    public void Where_one_host_has_nothing_to_go_back_to_the_error_names_the_command_for_the_others()
    {
        _fleet.Deploy("v2.9.0", $"-InstanceId {First}, {Second}");

        var error = _fleet.Engine.RunToFailure("Restore-AragoraCommit -All -Confirm:$false").TerminatingError!;

        Assert.Equal("NoRollbackPoint", SandboxFleet.Id(error));
        Assert.Matches($"Restore-AragoraCommit -InstanceId ({First}, {Second}|{Second}, {First})$", error.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void Where_it_is_not_certain_what_ran_at_a_time_nothing_is_begun()
    {
        var before = _fleet.Running();

        var result = _fleet.Engine.RunToFailure("Restore-AragoraCommit -All -Before ([DateTime]::Now) -Confirm:$false");

        Assert.Equal("NoRollbackPoint", SandboxFleet.Id(result.TerminatingError!));
        Assert.Equal(before, _fleet.Running());
    }

    [Fact]
    public void Points_go_through_the_pipeline_each_to_its_own_host()
    {
        _fleet.Deploy("v2.9.0");
        _fleet.Deploy("v2.7.0");

        var results = SandboxFleet.Results(_fleet.Succeed(
            $"Get-AragoraRollbackPoint -InstanceId {First}, {Second} | Where-Object Source -eq Before " +
            "| Restore-AragoraCommit -SettleTime 0 -Confirm:$false"));

        Assert.Equal(VirtualSession.V280, results.Single(r => r.InstanceId == First).To);
        Assert.All(results, result => Assert.NotEqual(VirtualSession.V290, result.RunningCommit));
    }

    [Fact]
    public void Two_points_of_one_host_are_not_mixed()
    {
        _fleet.Deploy("v2.9.0");
        _fleet.Deploy("v2.7.0");
        var before = _fleet.Running();

        var result = _fleet.Engine.RunToFailure("Get-AragoraRollbackPoint | Restore-AragoraCommit -Confirm:$false");

        Assert.Equal("TargetAmbiguous", SandboxFleet.Id(result.TerminatingError!));
        Assert.Equal(before, _fleet.Running());
    }

    [Theory]
    [InlineData("-All -LastGood -CommitSha 1bd27e8")]
    [InlineData("-All -LastGood -Before 2026-01-01")]
    [InlineData("-DeployId x -Before 2026-01-01")]
    public void Two_aims_at_once_are_refused(string arguments) =>
        Assert.NotNull(_fleet.Engine.RunToFailure($"Restore-AragoraCommit {arguments} -Confirm:$false").Exception);

    [Fact]
    public void A_commit_that_nobody_has_is_refused_in_the_plan()
    {
        _fleet.Deploy("v2.9.0");

        var result = _fleet.Engine.RunToFailure(
            $"Restore-AragoraCommit -All -CommitSha {new string('a', 40)} -Confirm:$false");

        Assert.Equal("RefNotFound", SandboxFleet.Id(result.TerminatingError!));
    }

    [Fact]
    public void WhatIf_shows_the_way_back_and_touches_nothing()
    {
        _fleet.Deploy("v2.9.0");

        var result = _fleet.Succeed("Restore-AragoraCommit -All -WhatIf");

        Assert.Empty(result.Output);
        var shown = string.Join('\n', _fleet.Engine.Screen.Lines.Concat(result.Information));
        Assert.Contains($"{VirtualSession.V290[..9]} -> {VirtualSession.V280[..9]}", shown, StringComparison.Ordinal);
        Assert.All(_fleet.Running().Values, running => Assert.Equal(VirtualSession.V290, running));
    }
}
