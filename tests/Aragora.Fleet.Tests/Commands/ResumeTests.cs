using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.History;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>Runs that stopped, told and gone on with by a session that knows nothing of them.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly VirtualSession _fleet = new();

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public void A_complete_run_is_told_with_its_hosts_and_has_nothing_left()
    {
        var run = _fleet.Deploy("v2.9.0");

        var record = One();

        Assert.Equal((run, "Deploy", DeployState.Completed, 0), (record.DeployId, record.Kind, record.State, record.MissingHostCount));
        Assert.Equal((VirtualSession.V290, null, 1), (record.Target, record.Next, record.Attempt));
        Assert.StartsWith("v2.9.0", record.Wanted, StringComparison.Ordinal);
        Assert.NotEmpty(record.Who!);
        Assert.Equal(4, record.Hosts.Count);
        Assert.All(record.Hosts, host => Assert.Equal((HostRunState.Done, VirtualSession.V290), (host.State, host.To)));
    }

    [Fact]
    public void A_run_whose_hosts_are_all_done_is_verified_and_told_without_an_error()
    {
        var run = _fleet.Deploy("v2.9.0");

        var resumed = _fleet.Succeed($"Resume-AragoraDeploy {run} -Confirm:$false -Verbose");

        Assert.Equal(4, SandboxFleet.Results(resumed).Count);
        Assert.All(
            SandboxFleet.Results(resumed),
            result => Assert.Equal((run, DeployOutcome.Deployed, VirtualSession.V290), (result.DeployId, result.Outcome, result.RunningCommit)));
        Assert.Empty(resumed.Warnings);
        Assert.Contains(resumed.Verbose, line => line.Contains("its 4 host(s) are verified at v2.9.0", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_that_was_complete_and_of_which_a_host_moved_on_is_refused_and_touches_nothing()
    {
        var run = _fleet.Deploy("v2.9.0");
        _fleet.Deploy("v2.8.0", $"-InstanceId {SandboxFleet.Api2}");
        var before = _fleet.Running();

        var error = _fleet.Engine.RunToFailure($"Resume-AragoraDeploy {run} -Confirm:$false").TerminatingError!;

        Assert.Equal("DeployComplete", SandboxFleet.Id(error));
        Assert.Contains(SandboxFleet.Api2, error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, _fleet.Running());
    }

    [Fact]
    public void A_run_that_went_back_is_told_as_such()
    {
        _fleet.Engine.Run("Invoke-AragoraDeploy -Ref broken-crash -All -Wave 2 -ReadyTimeout 0:0:1 -SettleTime 0 -Confirm:$false");

        var record = One();

        Assert.Equal((DeployState.Reverted, null), (record.State, record.Next));
        Assert.Equal(
            [HostRunState.NotStarted, HostRunState.NotStarted, HostRunState.Back, HostRunState.Back],
            record.Hosts.Select(host => host.State).Order());
        Assert.Equal("DeployComplete", FailureOf($"Resume-AragoraDeploy {record.DeployId} -Confirm:$false"));
    }

    [Fact]
    public void Runs_are_told_newest_first()
    {
        var runs = new[] { _fleet.Deploy("v2.9.0"), _fleet.Restore("-All")[0].DeployId };

        var told = _fleet.Succeed("Get-AragoraDeploy").Values.Cast<DeployRecord>().ToList();

        Assert.Equal(runs.OrderDescending(StringComparer.Ordinal), told.Select(record => record.DeployId));
        Assert.Equal("Restore", told[0].Kind);
        Assert.Single(_fleet.Succeed("Get-AragoraDeploy -Last 1").Values);
    }

    [Fact]
    public void A_run_that_nobody_knows_is_not_found()
    {
        Assert.Equal("DeployNotFound", SandboxFleet.Id(_fleet.Engine.Run("Get-AragoraDeploy 20260101T000000-aaaaaa").Errors.Single()));
        Assert.Equal("DeployNotFound", FailureOf("Resume-AragoraDeploy 20260101T000000-aaaaaa -Confirm:$false"));
    }

    [Fact]
    public void A_run_that_left_hosts_out_goes_on_to_its_target()
    {
        var stopped = StopAfterTheCanary();

        Assert.Equal((DeployState.Incomplete, $"Resume-AragoraDeploy -DeployId {stopped.DeployId}"), (stopped.State, stopped.Next));
        var results = SandboxFleet.Results(_fleet.Succeed("Get-AragoraDeploy -Last 1 | Resume-AragoraDeploy -Confirm:$false"));

        Assert.Equal(4, results.Count);
        Assert.All(results, result => Assert.Equal(stopped.DeployId, result.DeployId));
        Assert.All(_fleet.Running().Values, running => Assert.Equal(VirtualSession.V290, running));
        Assert.Equal((DeployState.Completed, 2), (One().State, One().Attempt));
    }

    [Fact]
    public void A_run_that_left_hosts_out_goes_back_as_a_whole()
    {
        var before = _fleet.Running();
        var stopped = StopAfterTheCanary();

        var results = _fleet.Restore($"-DeployId {stopped.DeployId}");

        Assert.Equal(stopped.Hosts.Single(host => host.State == HostRunState.Done).InstanceId, Assert.Single(results).InstanceId);
        Assert.Equal(before, _fleet.Running());
    }

    [Fact]
    public void A_run_of_which_only_some_hosts_were_taken_back_is_not_told_as_back()
    {
        _fleet.Deploy("v2.9.0");
        var run = One();
        _fleet.Restore($"-InstanceId {run.Hosts[0].InstanceId}");

        var told = (DeployRecord)_fleet.Succeed($"Get-AragoraDeploy {run.DeployId}").Values.Single()!;

        Assert.Equal(DeployState.Completed, told.State);
    }

    [Fact]
    public void A_restore_of_a_host_that_was_back_already_is_complete()
    {
        _fleet.Deploy("v2.9.0");
        var run = One();
        _fleet.Restore($"-InstanceId {run.Hosts[0].InstanceId}");

        var results = _fleet.Restore($"-DeployId {run.DeployId}");

        Assert.Contains(results, result => result.Outcome == DeployOutcome.AlreadyCurrent);
        var restore = One();
        Assert.Equal((DeployState.Completed, null), (restore.State, restore.Next));
        Assert.All(restore.Hosts, host => Assert.Equal(HostRunState.Done, host.State));
    }

    [Fact]
    public void A_host_that_had_nothing_to_gain_does_not_keep_a_run_from_being_back()
    {
        _fleet.Deploy("v2.9.0", $"-InstanceId {SandboxFleet.Api2}");
        _fleet.Engine.Run(
            "Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1, 100% -SettleTime 0 -Confirm:$false -Gate { $false }");

        Assert.Equal((DeployState.Reverted, null), (One().State, One().Next));
    }

    [Fact]
    public void A_resumption_that_fails_takes_back_what_the_first_attempt_did_as_well()
    {
        var before = _fleet.Running();
        var stopped = StopAfterTheCanary();
        Assert.NotEqual(before, _fleet.Running());

        var resumed = _fleet.Engine.Run($"Resume-AragoraDeploy {stopped.DeployId} -Confirm:$false -Gate {{ $false }}");

        Assert.NotEmpty(resumed.Errors);
        Assert.Equal(before, _fleet.Running());
        Assert.Equal((DeployState.Reverted, 2), (One().State, One().Attempt));
    }

    [Fact]
    public void A_run_that_a_later_restore_took_back_is_told_as_back_by_itself_and_in_the_list()
    {
        var stopped = StopAfterTheCanary();
        _fleet.Restore($"-DeployId {stopped.DeployId}");

        var listed = _fleet.Succeed("Get-AragoraDeploy").Values.Cast<DeployRecord>().Single(record => record.DeployId == stopped.DeployId);
        var told = Told(stopped.DeployId);

        Assert.Equal((DeployState.Reverted, null, "3 NotStarted, 1 Done (taken back since)"), (told.State, told.Next, told.Summary));
        Assert.Equal((told.State, told.Next, told.Summary), (listed.State, listed.Next, listed.Summary));
        Assert.Equal("DeployComplete", FailureOf($"Resume-AragoraDeploy {stopped.DeployId} -Confirm:$false"));
    }

    [Fact]
    public void A_run_that_was_baked_asked_about_and_is_at_its_end_is_complete()
    {
        _fleet.Succeed("Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 100% -SettleTime 0 -BakeTime 0:0:1 -Confirm:$false -Gate { $true }");

        Assert.Equal((DeployState.Completed, null), (One().State, One().Next));
    }

    [Fact]
    public void A_run_that_ended_before_its_approval_is_asked_about_again_before_it_is_complete()
    {
        var stopped = StopBeforeTheApproval();
        Assert.Equal(
            (DeployState.Incomplete, $"Resume-AragoraDeploy -DeployId {stopped.DeployId}", "4 Done"),
            (stopped.State, stopped.Next, stopped.Summary));

        var resumed = _fleet.Succeed(
            $"Resume-AragoraDeploy {stopped.DeployId} -Confirm:$false -Gate {{ $null = Approve-AragoraDeploy $_.DeployId -Confirm:$false; $true }}");

        Assert.All(SandboxFleet.Results(resumed), result => Assert.Equal((DeployOutcome.Deployed, VirtualSession.V290), (result.Outcome, result.RunningCommit)));
        Assert.Equal(4, SandboxFleet.Results(resumed).Count);
        Assert.Empty(resumed.Warnings);
        Assert.Equal((DeployState.Completed, null, 2), (One().State, One().Next, One().Attempt));
    }

    [Fact]
    public void A_run_that_ended_before_its_approval_goes_back_where_it_is_vetoed_then()
    {
        var before = _fleet.Running();
        var stopped = StopBeforeTheApproval();

        _fleet.Engine.Run($"Resume-AragoraDeploy {stopped.DeployId} -Confirm:$false -Gate {{ $false }}");

        Assert.Equal(before, _fleet.Running());
        Assert.Equal((DeployState.Reverted, null), (One().State, One().Next));
    }

    [Fact]
    public void A_run_that_nobody_accepted_is_not_resumed_without_asking_and_says_which_gates_are_lost()
    {
        var stopped = StopBeforeTheApproval();

        var result = _fleet.Succeed($"Resume-AragoraDeploy {stopped.DeployId} -WhatIf");

        var shown = string.Join('\n', _fleet.Engine.Screen.Lines.Concat(result.Information));
        Assert.Contains("no host to change, 4 of 4 host(s) of production to watch and accept", shown, StringComparison.Ordinal);
        Assert.Contains("4 not accepted yet", shown, StringComparison.Ordinal);
        Assert.Contains("-Gate", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.Equal(DeployState.Incomplete, One().State);
    }

    [Fact]
    public void A_run_that_lives_tells_from_when_on_it_can_be_resumed_if_its_client_is_gone()
    {
        _fleet.Succeed(
            "Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 100% -SettleTime 0 -Confirm:$false -Gate { "
            + "$global:seen = Get-AragoraDeploy $_.DeployId; $true }");

        var seen = (DeployRecord)_fleet.Succeed("$global:seen").Values.Single()!;
        Assert.Equal(DeployState.Running, seen.State);
        Assert.Matches($"^Resume-AragoraDeploy -DeployId {seen.DeployId} # if its client is gone: from [0-9:]{{8}} UTC on$", seen.Next);
    }

    [Fact]
    public void Hosts_of_a_run_that_are_not_to_be_found_are_told_and_the_rest_goes_on_or_back()
    {
        _fleet.Succeed("$null = Connect-AragoraFleet -Sandbox -VirtualHost 4 -Region us-east-2, eu-west-1");
        var stopped = StopAfterTheCanary();
        var canary = stopped.Hosts.Single(host => host.State == HostRunState.Done);
        var there = $"-Region {canary.Region}";

        foreach (var way in new[] { $"Resume-AragoraDeploy {stopped.DeployId}", $"Restore-AragoraCommit -DeployId {stopped.DeployId}" })
        {
            var warnings = _fleet.Succeed($"{way} {there} -WhatIf").Warnings;
            Assert.Contains(warnings, warning => warning.StartsWith("2 of 4 host(s) of the run", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_run_that_lives_is_not_resumed()
    {
        _fleet.Engine.Run(
            "$why = $null; Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 100% -SettleTime 0 -Confirm:$false -Gate { "
            + "if (!$why) { try { Resume-AragoraDeploy $_.DeployId -LockWait 0 -Confirm:$false } catch { $global:why = $_ } }; $true }");

        var refusal = Assert.IsType<System.Management.Automation.ErrorRecord>(
            _fleet.Succeed("$global:why").Output.Single().BaseObject);
        Assert.Equal("DeployRunning", SandboxFleet.Id(refusal));
        Assert.Equal(DeployState.Completed, One().State);
    }

    [Fact]
    public void WhatIf_shows_what_is_left_and_touches_nothing()
    {
        var stopped = StopAfterTheCanary();
        var before = _fleet.Running();

        var result = _fleet.Succeed($"Resume-AragoraDeploy {stopped.DeployId} -WhatIf");

        Assert.Empty(result.Output);
        Assert.Contains("3 of 4 host(s)", string.Join('\n', _fleet.Engine.Screen.Lines.Concat(result.Information)), StringComparison.Ordinal);
        Assert.Equal(before, _fleet.Running());
    }

    [Fact]
    public void Two_runs_at_once_are_refused()
    {
        _fleet.Deploy("v2.9.0");
        _fleet.Deploy("v2.8.0");

        Assert.Equal("TargetAmbiguous", FailureOf("Get-AragoraDeploy | Resume-AragoraDeploy -Confirm:$false"));
    }

    // Somebody tells the run to stop while its canary is looked at: the canary is done, the others were never begun.
    private DeployRecord StopAfterTheCanary()
    {
        _fleet.Engine.Run(
            "Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1, 100% -SettleTime 0 -Confirm:$false "
            + "-Gate { $null = Stop-AragoraDeploy $_.DeployId -Confirm:$false; $true }");
        return One();
    }

    // All hosts are done, and the run is told to stop while it would wait for somebody to approve them.
    private DeployRecord StopBeforeTheApproval()
    {
        _fleet.Engine.Run(
            "Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 100% -SettleTime 0 -Approve -Confirm:$false "
            + "-Gate { $null = Stop-AragoraDeploy $_.DeployId -Confirm:$false; $true }");
        return One();
    }

    private DeployRecord Told(string run) => (DeployRecord)_fleet.Succeed($"Get-AragoraDeploy {run}").Values.Single()!;

    private DeployRecord One() => (DeployRecord)_fleet.Succeed("Get-AragoraDeploy -Last 1").Values.Single()!;

    private string FailureOf(string script) => SandboxFleet.Id(_fleet.Engine.RunToFailure(script).TerminatingError!);
}
