using Aragora.Fleet.Rollouts.History;

namespace Aragora.Fleet.Core.Tests.Rollouts.History;

/// <summary>What is told of a run, by itself and in the list, and what is said to come next.</summary>
public sealed class DeployRecordReaderTests
{
    private const string Resume = $"Resume-AragoraDeploy -DeployId {FakePast.Run}";
    private const string Restore = $"Restore-AragoraCommit -DeployId {FakePast.Run}";
    private const string Gone = "if its client is gone: from 03:02:15 UTC on";

    private static readonly DateTimeOffset s_end = DateTimeOffset.Parse("2026-03-07T03:02:15Z");
    private static readonly PastHost s_done = new() { Word = "deployed" };
    private static readonly PastHost s_unaccepted = s_done with { After = "unaccepted" };
    private static readonly PastHost s_waiting = new() { Word = "claimed", Running = FakePast.Old, Wave = 2 };
    private static readonly PastHost s_back = new() { Word = "reverted", Running = FakePast.Old };
    private static readonly PastHost s_returned = s_done with { After = "returned", Running = FakePast.Old };
    private static readonly PastHost s_lost = new() { Word = "unknown", Running = FakePast.Old };

    private readonly FakePast _past = new();

    [Fact]
    public Task Done_on_all_hosts_is_complete() => HoldsAsync(_past.With(s_done, 4), DeployState.Completed, null);

    [Fact]
    public Task Done_on_all_hosts_and_not_accepted_is_open_and_goes_on() =>
        HoldsAsync(_past.With(s_done, 3).With(s_unaccepted), DeployState.Incomplete, Resume);

    [Fact]
    public Task A_host_that_had_nothing_to_do_keeps_no_run_unaccepted() => HoldsAsync(
        _past.With(s_done, 3).With(s_waiting with { From = FakePast.Old, To = FakePast.Old, After = "unaccepted" }),
        DeployState.Completed, null);

    [Theory]
    [InlineData("current", DeployState.Completed, null)]
    [InlineData("claimed", DeployState.Incomplete, Resume)]
    public Task A_host_that_a_repair_was_to_change_is_done_only_when_its_step_was(string word, DeployState state, string? next)
    {
        _past.Record = "hosts 4\nkind Repair\n";
        var host = s_waiting with { Kind = "Repair", From = FakePast.Old, To = FakePast.Old };
        return HoldsAsync(
            _past.With(host with { Word = "deployed", Wave = 1 }).With(host with { Word = word }, 2).With(host with { Wave = null }), state, next);
    }

    // Where the run found such a host it is also where it was to be.
    [Theory]
    [InlineData("deployed", DeployState.Completed)]
    [InlineData("failed", DeployState.Reverted)]
    public Task A_repair_that_another_run_follows_was_taken_back_only_where_it_failed(string word, DeployState state)
    {
        _past.Record = "hosts 1\nkind Repair\n";
        return HoldsAsync(
            _past.With(s_returned with { Word = word, Kind = "Repair", From = FakePast.Old, To = FakePast.Old }), state, null);
    }

    [Fact]
    public Task Done_and_not_started_goes_on() => HoldsAsync(_past.With(s_done).With(s_waiting, 3), DeployState.Incomplete, Resume);

    [Fact]
    public Task Back_and_not_started_is_back() => HoldsAsync(_past.With(s_back).With(s_waiting, 3), DeployState.Reverted, null);

    [Fact]
    public Task Failed_on_a_host_goes_back() =>
        HoldsAsync(_past.With(s_done, 3).With(s_done with { Word = "failed" }), DeployState.Incomplete, Restore);

    // Resumed, it would bring the release that failed once more.
    [Theory]
    [InlineData(FakePast.New, FakePast.New, Restore)]
    [InlineData(FakePast.Old, FakePast.New, Restore)]
    [InlineData(FakePast.Old, FakePast.Old, Resume)]
    public Task A_restore_that_failed_goes_back_where_the_host_is_not_where_it_was(string running, string disk, string next)
    {
        _past.Record = "hosts 4\nkind Restore\n";
        return HoldsAsync(
            _past.With(s_done, 2).With(s_waiting).With(s_done with { Word = "failed", Running = running, Disk = disk }),
            DeployState.Incomplete, next);
    }

    [Fact]
    public Task A_restore_that_was_stopped_goes_on()
    {
        _past.Record = "hosts 4\nkind Restore\n";
        return HoldsAsync(_past.With(s_done, 2).With(s_waiting, 2), DeployState.Incomplete, Resume);
    }

    [Fact]
    public Task A_canary_that_a_later_run_took_back_leaves_the_run_back() =>
        HoldsAsync(_past.With(s_returned).With(s_waiting, 3), DeployState.Reverted, null);

    [Fact]
    public Task A_failed_and_a_lost_host_that_a_later_run_took_back_leave_the_run_back() => HoldsAsync(
        _past.With(s_returned with { Word = "failed" }).With(s_lost with { After = "returned" }).With(s_waiting, 2),
        DeployState.Reverted, null);

    [Fact]
    public Task A_complete_run_that_a_later_one_took_back_as_a_whole_is_back() =>
        HoldsAsync(_past.With(s_returned, 4), DeployState.Reverted, null);

    [Fact]
    public async Task A_complete_run_of_which_a_part_was_taken_back_stays_complete_and_tells_which()
    {
        var told = await HoldsAsync(_past.With(s_done, 3).With(s_returned), DeployState.Completed, null);

        Assert.Equal("3 Done, 1 Done (taken back since)", told.Summary);
        Assert.Equal((HostRunState.Done, HostSince.TakenBack), (told.Hosts[3].State, told.Hosts[3].Since));
    }

    [Theory]
    [InlineData("deployed", FakePast.New, HostRunState.Done, HostSince.AsLeft)]
    [InlineData("deployed", FakePast.Other, HostRunState.Done, HostSince.MovedOn)]
    [InlineData("deployed", FakePast.Old, HostRunState.Done, HostSince.MovedOn)]
    [InlineData("reverted", FakePast.Old, HostRunState.Back, HostSince.AsLeft)]
    [InlineData("reverted", FakePast.New, HostRunState.Back, HostSince.MovedOn)]
    [InlineData("failed", FakePast.Old, HostRunState.Failed, HostSince.AsLeft)]
    [InlineData("failed", FakePast.Other, HostRunState.Failed, HostSince.MovedOn)]
    public async Task A_host_is_told_as_the_run_left_it_and_apart_that_it_moved_on(
        string word, string running, HostRunState state, HostSince since)
    {
        var host = Assert.Single((await _past.With(s_done with { Word = word, Running = running }).TellAsync()).Hosts);

        Assert.Equal((state, since), (host.State, host.Since));
    }

    [Theory]
    [InlineData("deployed", FakePast.New, HostSince.Unknown)]
    [InlineData("deployed", FakePast.Other, HostSince.MovedOn)]
    [InlineData("reverted", FakePast.Old, HostSince.Unknown)]
    [InlineData("failed", FakePast.New, HostSince.Unknown)]
    [InlineData("failed", FakePast.Other, HostSince.MovedOn)]
    public async Task Where_a_host_does_not_tell_what_it_runs_its_disk_tells_only_that_it_moved_on(string word, string disk, HostSince since)
    {
        var host = Assert.Single((await _past.With(s_done with { Word = word, Running = "", Disk = disk }).TellAsync()).Hosts);

        Assert.Equal(since, host.Since);
    }

    [Fact]
    public async Task A_package_that_was_changed_under_its_service_is_not_told_as_the_run_left_it()
    {
        var changed = s_done with { From = "2.8.0", To = "2.9.0", Running = "", Disk = "2.9.0" };

        var told = await HoldsAsync(_past.With(changed, 4), DeployState.Completed, null);

        Assert.All(told.Hosts, host => Assert.Equal((HostRunState.Done, HostSince.Unknown), (host.State, host.Since)));
    }

    [Fact]
    public Task A_complete_run_stays_so_where_a_later_one_moved_a_host_that_had_nothing_to_do_in_it() => HoldsAsync(
        _past.With(s_done with { Running = FakePast.Other }, 3)
            .With(s_waiting with { From = FakePast.New, Wave = null, Running = FakePast.Other }),
        DeployState.Completed, null);

    [Theory]
    [InlineData("deployed")]
    [InlineData("failed")]
    public Task Where_a_host_has_moved_on_since_it_is_said_why_nothing_comes_next(string word) => HoldsAsync(
        _past.With(s_done with { Word = word, Running = FakePast.Other }).With(s_waiting, 3), DeployState.Incomplete,
        "# host-1 moved on since: deploy anew with Invoke-AragoraDeploy");

    [Fact]
    public async Task Hosts_that_a_run_was_planned_without_are_told_and_the_command_that_deploys_to_them()
    {
        var told = await HoldsAsync(
            Leaving("leftout 1 i-00000004").With(s_done, 3).With(new PastHost { IsSilent = true }), DeployState.Completed,
            $"Invoke-AragoraDeploy -CommitSha {FakePast.New} -InstanceId i-00000004");

        Assert.Equal(("3 Done, 1 left out", 1), (told.Summary, told.MissingHostCount));
        Assert.Equal(["i-00000004"], told.LeftOut);
    }

    [Fact]
    public Task A_run_that_left_a_host_out_takes_no_newer_release_away() => HoldsAsync(
        Leaving("leftout 1 i-00000004").With(s_done with { Running = FakePast.Other }, 3).With(new PastHost { Running = FakePast.Other }),
        DeployState.Completed, null);

    [Fact]
    public Task Of_many_hosts_that_were_left_out_the_rest_is_counted() => HoldsAsync(
        Leaving("leftout 12 i-00000004 i-00000005").With(s_done, 3), DeployState.Completed,
        $"Invoke-AragoraDeploy -CommitSha {FakePast.New} -InstanceId i-00000004, i-00000005 # and 10 more that it left out");

    [Fact]
    public Task Of_a_run_over_both_kinds_of_host_it_is_told_which_host_was_left_out_and_no_command_that_suits_but_one_kind() => HoldsAsync(
        Leaving("leftout 1 i-00000004").With(s_done, 2).With(s_done with { From = "2.8.0", To = "2.9.0", Running = "2.9.0" }),
        DeployState.Completed, "# it left out i-00000004: deploy to them by themselves");

    [Fact]
    public async Task A_host_that_was_told_as_left_out_and_that_knows_the_run_after_all_is_told_as_one_of_it()
    {
        _past.Record = "hosts 2\nkind Deploy\nleftout 2 i-00000003 i-00000005\n";

        var told = await HoldsAsync(_past.With(s_done, 2).With(s_waiting), DeployState.Incomplete, Resume);

        Assert.Equal(("1 NotStarted, 2 Done, 1 left out", 1), (told.Summary, told.MissingHostCount));
        Assert.Equal(["i-00000005"], told.LeftOut);
    }

    [Fact]
    public Task A_run_that_is_open_goes_on_before_what_it_left_out() =>
        HoldsAsync(Leaving("leftout 1 i-00000004").With(s_done, 2).With(s_waiting), DeployState.Incomplete, Resume);

    [Fact]
    public async Task Hosts_that_are_gone_are_counted()
    {
        var told = await HoldsAsync(_past.With(s_done, 3), DeployState.Completed, null);

        Assert.Equal((1, "3 Done, 1 missing"), (told.MissingHostCount, told.Summary));
    }

    [Fact]
    public Task A_host_that_could_be_of_the_run_and_is_silent_keeps_it_open() =>
        HoldsAsync(_past.With(s_done, 3).With(new PastHost { IsSilent = true }), DeployState.Incomplete, Resume);

    [Fact]
    public Task A_host_that_could_be_of_the_run_and_that_no_agent_speaks_for_keeps_it_open() =>
        HoldsAsync(_past.With(s_done, 3).With(new PastHost { IsUnmanaged = true }), DeployState.Incomplete, Resume);

    [Fact]
    public Task A_silent_host_that_is_asked_first_hides_nothing_of_what_the_others_have_kept() =>
        HoldsAsync(_past.With(new PastHost { IsSilent = true }).With(s_done, 3), DeployState.Incomplete, Resume);

    [Fact]
    public Task A_host_of_no_run_that_is_asked_first_hides_nothing_of_what_the_others_have_kept() =>
        HoldsAsync(_past.With(new PastHost()).With(s_done with { After = "unaccepted" }, 3), DeployState.Incomplete, Resume);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_nobody_tells_how_many_hosts_a_run_has_a_silent_one_keeps_it_open(bool areOthersSilent)
    {
        _past.With(s_done with { KeepsItsRecord = true }, 2).With(new PastHost { IsSilent = areOthersSilent }, 2);

        Assert.Equal(DeployState.Incomplete, (await _past.ListAsync()).State);
    }

    [Fact]
    public Task A_run_that_was_cut_short_while_it_took_its_hosts_and_had_nothing_to_do_on_those_is_not_complete() => HoldsAsync(
        _past.With(s_waiting with { From = FakePast.New, Wave = null, Running = FakePast.New })
            .With(new PastHost { Running = FakePast.Old }, 3),
        DeployState.NotStarted, "# 3 of its hosts are not to be found, and it changed none of the others: deploy anew with Invoke-AragoraDeploy");

    [Fact]
    public Task A_run_that_was_cut_short_while_it_took_its_hosts_is_not_started() => HoldsAsync(
        _past.With(s_waiting).With(new PastHost { Running = FakePast.Old }, 3), DeployState.NotStarted,
        "# 3 of its hosts are not to be found, and it changed none of the others: deploy anew with Invoke-AragoraDeploy");

    [Fact]
    public Task A_run_that_changed_nothing_goes_on_where_those_that_are_missing_may_be_silent() => HoldsAsync(
        _past.With(s_waiting, 3).With(new PastHost { IsSilent = true }), DeployState.NotStarted, Resume);

    [Fact]
    public Task A_run_that_left_a_host_out_and_brought_the_others_is_complete() => HoldsAsync(
        _past.With(s_done, 3).With(new PastHost { Running = FakePast.Old }), DeployState.Completed, null);

    // The host that is asked for the record in the list is another than the canary.
    [Theory]
    [InlineData("approve 0", false)]
    [InlineData("approve 1", true)]
    public Task A_run_that_lives_and_waits_for_nobody_tells_when_it_can_be_resumed(string approve, bool isDecided) => HoldsAsync(
        Leaving(approve).With(s_waiting, 3).With(s_unaccepted), DeployState.Running, $"{Resume} # {Gone}", new LivingRun(s_end, isDecided));

    [Theory]
    [InlineData("claimed")]
    [InlineData("running")]
    public Task A_run_whose_wave_is_under_way_waits_for_no_approval_yet(string word) => HoldsAsync(
        Leaving("approve 1").With(s_waiting with { Word = word, Wave = 1 }, 3).With(s_unaccepted), DeployState.Running, $"{Resume} # {Gone}",
        new LivingRun(s_end, IsDecided: false));

    [Fact]
    public Task A_run_that_waits_for_approval_after_its_canary_tells_how_it_is_decided() =>
        WaitsAsync(_past.With(s_waiting, 3).With(s_unaccepted));

    [Fact]
    public Task A_run_whose_canary_failed_within_its_budget_waits_for_approval_after_the_next_wave() =>
        WaitsAsync(_past.With(s_waiting with { Wave = 3 }, 2).With(s_unaccepted with { Wave = 2 }).With(s_back));

    [Fact]
    public Task A_run_that_goes_on_with_hosts_of_several_waves_waits_for_approval_of_them() =>
        WaitsAsync(_past.With(s_waiting with { Wave = 3 }).With(s_unaccepted with { Wave = 2 }, 2).With(s_unaccepted));

    [Fact]
    public Task A_run_waits_for_approval_of_its_last_wave() => WaitsAsync(_past.With(s_unaccepted, 4));

    private FakePast Leaving(string record)
    {
        _past.Record = $"hosts 3\nkind Deploy\n{record}\n";
        return _past;
    }

    private static async Task WaitsAsync(FakePast past)
    {
        past.Record += "approve 1\n";
        await HoldsAsync(
            past, DeployState.AwaitingApproval,
            $"Approve-AragoraDeploy -DeployId {FakePast.Run} # or Deny-AragoraDeploy -DeployId {FakePast.Run}; {Gone} {Resume}",
            new LivingRun(s_end, IsDecided: false));
    }

    private static async Task<DeployRecord> HoldsAsync(FakePast past, DeployState state, string? next, LivingRun? life = null)
    {
        var told = await past.TellAsync(life);
        Assert.Equal((state, next), (told.State, told.Next));
        return told;
    }
}
