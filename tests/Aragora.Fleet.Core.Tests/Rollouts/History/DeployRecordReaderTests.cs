using Aragora.Fleet.Rollouts.History;

namespace Aragora.Fleet.Core.Tests.Rollouts.History;

/// <summary>What is told of a run, by itself and in the list, and what is said to come next.</summary>
public sealed class DeployRecordReaderTests
{
    private const string Resume = $"Resume-AragoraDeploy -DeployId {FakePast.Run}";
    private const string Restore = $"Restore-AragoraCommit -DeployId {FakePast.Run}";

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

    [Fact]
    public Task Done_and_not_started_goes_on() => HoldsAsync(_past.With(s_done).With(s_waiting, 3), DeployState.Incomplete, Resume);

    [Fact]
    public Task Back_and_not_started_is_back() => HoldsAsync(_past.With(s_back).With(s_waiting, 3), DeployState.Reverted, null);

    [Fact]
    public Task Failed_on_a_host_goes_back() =>
        HoldsAsync(_past.With(s_done, 3).With(s_done with { Word = "failed" }), DeployState.Incomplete, Restore);

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

        Assert.Equal("3 Done, 1 Back", told.Summary);
    }

    [Fact]
    public Task A_complete_run_stays_so_where_a_later_one_moved_a_host_that_had_nothing_to_do_in_it() => HoldsAsync(
        _past.With(s_done with { Running = FakePast.Other }, 3)
            .With(s_waiting with { From = FakePast.New, Wave = null, Running = FakePast.Other }),
        DeployState.Completed, null);

    [Theory]
    [InlineData("deployed")]
    [InlineData("failed")]
    public Task Where_a_host_has_moved_on_since_nothing_is_said_to_come_next(string word) => HoldsAsync(
        _past.With(s_done with { Word = word, Running = FakePast.Other }).With(s_waiting, 3), DeployState.Incomplete, null);

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
        DeployState.Incomplete, Resume);

    [Fact]
    public Task A_run_that_was_cut_short_while_it_took_its_hosts_is_not_started() => HoldsAsync(
        _past.With(s_waiting).With(new PastHost { Running = FakePast.Old }, 3), DeployState.NotStarted, Resume);

    [Fact]
    public Task A_run_that_left_a_host_out_and_brought_the_others_is_complete() => HoldsAsync(
        _past.With(s_done, 3).With(new PastHost { Running = FakePast.Old }), DeployState.Completed, null);

    [Theory]
    [InlineData(1, true, DeployState.AwaitingApproval)]
    [InlineData(2, true, DeployState.Running)]
    [InlineData(1, false, DeployState.Running)]
    public async Task A_run_that_lives_waits_for_approval_after_its_canary_and_tells_when_it_can_be_resumed(
        int wave, bool approve, DeployState state)
    {
        _past.Record += approve ? "approve 1\n" : "approve 0\n";

        // The host that is asked for the record in the list is another than the canary.
        await HoldsAsync(
            _past.With(s_waiting, 3).With(s_unaccepted with { Wave = wave }), state,
            $"{Resume} # if its client is gone: from 03:02:15 UTC on", DateTimeOffset.Parse("2026-03-07T03:02:15Z"));
    }

    private static async Task<DeployRecord> HoldsAsync(FakePast past, DeployState state, string? next, DateTimeOffset? livesUntil = null)
    {
        var told = await past.TellAsync(livesUntil);
        Assert.Equal((state, next), (told.State, told.Next));
        return told;
    }
}
