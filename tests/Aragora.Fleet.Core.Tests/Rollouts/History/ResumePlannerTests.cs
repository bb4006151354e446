using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Plans;

namespace Aragora.Fleet.Core.Tests.Rollouts.History;

/// <summary>How a run goes on, by what its hosts tell.</summary>
public sealed class ResumePlannerTests
{
    private static readonly PastHost s_done = new() { Word = "deployed" };
    private static readonly PastHost s_waiting = new() { Word = "claimed", Running = FakePast.Old };

    private readonly FakePast _past = new();

    [Fact]
    public async Task Hosts_that_are_done_stay_and_the_others_go_on_in_the_waves_that_they_had()
    {
        // Sick hosts come early in a new run; here each stays where it was, and so does the number of its wave.
        _past.With(s_done).With(s_waiting with { Wave = 3 }).With(s_waiting with { Wave = 5, IsSick = true }).With(s_waiting with { Wave = 3 });

        var plan = await _past.ResumeAsync();

        Assert.Equal([["host-2", "host-4"], ["host-3"]], plan.Waves.Select(wave => wave.Select(host => host.Name)));
        Assert.Equal([3, 3, 5], plan.Waves.SelectMany(wave => wave).Select(host => host.Wave!.Value));
        Assert.True(plan.Hosts.Single(host => host.Name == "host-1") is { IsDone: true, AwaitsAcceptance: false, Wave: null });
        Assert.Equal((2, "v2", FakePast.Run), (plan.Attempt, plan.Wanted, plan.DeployId));
        Assert.Contains("wave 3     2 hosts", plan.ToString());
        Assert.Empty(plan.Notes);
    }

    [Fact]
    public async Task The_way_back_leads_to_what_the_first_attempt_found()
    {
        _past.Record = "hosts 1\nattempt 2\n";

        var plan = await _past.With(new PastHost { Word = "unknown", Disk = FakePast.New, Running = FakePast.New }).ResumeAsync();

        var host = Assert.Single(Assert.Single(plan.Waves));
        Assert.Equal((FakePast.Old, FakePast.New, 3), (host.From, host.To, plan.Attempt));
    }

    [Fact]
    public async Task Hosts_that_are_all_done_and_not_accepted_make_a_plan_without_waves()
    {
        _past.Record += "bake 60\ngated 1\n";

        var plan = await _past.With(s_done with { After = "unaccepted" }, 4).ResumeAsync();

        Assert.True(plan is { HasWork: true, WasGated: true });
        Assert.Empty(plan.Waves);
        Assert.All(plan.Hosts, host => Assert.True(host is { IsDone: true, AwaitsAcceptance: true }));
        Assert.Equal(TimeSpan.FromSeconds(60), plan.Gates.BakeTime);
        Assert.Contains("4 not accepted yet", plan.ToString());
    }

    [Fact]
    public async Task A_host_that_is_done_and_sick_now_goes_again()
    {
        var plan = await _past.With(s_done, 2).With(s_done with { IsSick = true }).With(s_waiting with { Wave = 2 }).ResumeAsync();

        Assert.Equal(["host-3", "host-4"], plan.Waves.Select(wave => Assert.Single(wave).Name));
    }

    [Theory]
    [InlineData("2.9.0", true)]
    [InlineData("", false)]
    public async Task A_package_host_of_which_nobody_knows_what_it_runs_is_not_done(string running, bool isDone)
    {
        var package = s_done with { IsPackage = true, From = "2.8.0", To = "2.9.0", Running = "2.9.0", Disk = "2.9.0" };

        var plan = await _past.With(package with { Running = running }).With(package with { Word = "claimed", Running = "2.8.0", Disk = "2.8.0" }, 3).ResumeAsync();

        Assert.True(plan.Hosts.Single(host => host.Name == "host-1") is { Obstacle: null, IsCurrent: false } host && host.IsDone == isDone);
        Assert.Equal(isDone ? 3 : 4, plan.Waves.Sum(wave => wave.Count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_step_that_is_under_way_is_waited_for_unless_the_plan_is_only_shown(bool isPreview)
    {
        _past.With(s_waiting with { Word = "running" }).With(s_waiting, 3);

        var plan = await _past.ResumeAsync(isPreview);

        var questions = _past.Sent.Count(send => send.Comment == "aragora-fleet history");
        if (isPreview)
        {
            Assert.Empty(plan.Obstacles);
            Assert.Equal(4, plan.Waves.Sum(wave => wave.Count));
            Assert.StartsWith(
                $"A step of the run {FakePast.Run} is still under way on host-1 (i-00000001), so this is how things stand now.",
                Assert.Single(plan.Notes));
            Assert.Equal(1, questions);
        }
        else
        {
            Assert.Equal(FailureKind.HostLocked, Assert.Single(plan.Obstacles).Obstacle!.Kind);
            Assert.Empty(plan.Notes);
            Assert.NotEqual(1, questions);
        }
    }

    [Fact]
    public async Task A_host_that_had_nothing_to_do_still_has_nothing_to_do()
    {
        var plan = await _past.With(s_waiting with { To = FakePast.Old, Wave = null }).With(s_waiting, 3).ResumeAsync();

        Assert.True(plan.Hosts.Single(host => host.Name == "host-1").IsCurrent);
        Assert.Equal(3, plan.Waves.Sum(wave => wave.Count));
    }

    [Fact]
    public async Task A_host_that_a_repair_was_to_change_goes_on_though_it_has_the_release()
    {
        _past.Record = "hosts 4\nkind Repair\nwanted v2\nattempt 1\n";
        var waiting = s_waiting with { Kind = "Repair", To = FakePast.Old };

        var plan = await _past.With(waiting with { Word = "current" }).With(waiting with { Wave = 2 }, 2).With(waiting with { Wave = null }).ResumeAsync();

        Assert.Equal(["host-2", "host-3"], Assert.Single(plan.Waves).Select(host => host.Name));
        Assert.True(plan.Hosts.Single(host => host.Name == "host-1").IsDone);
        Assert.True(plan.Hosts.Single(host => host.Name == "host-4").IsCurrent);
        Assert.Equal(RolloutKind.Deploy, plan.Kind);
    }

    [Theory]
    [InlineData(FakePast.Old, 0)]
    [InlineData(FakePast.New, 1)]
    public async Task A_repair_that_goes_on_tells_where_the_fleet_has_another_release_by_now(string others, int notes)
    {
        _past.Record = "hosts 1\nkind Repair\nwanted v2\nattempt 1\n";

        var plan = await _past.With(s_waiting with { Kind = "Repair", To = FakePast.Old })
            .With(new PastHost { Running = others }, 2).With(new PastHost { Running = FakePast.Old })
            .With(new PastHost { Running = "2.9.0", IsPackage = true }).ResumeAsync();

        Assert.Equal(notes, plan.Notes.Count);
        Assert.All(plan.Notes, note => Assert.Equal(
            $"This repair brings its hosts to {FakePast.Old[..9]}, and of 3 others only 1 has that by now: Test-AragoraDrift tells what they should "
            + $"have. Restore-AragoraCommit -DeployId {FakePast.Run} leads back instead.",
            note));
    }

    [Fact]
    public async Task Hosts_whose_wave_nobody_kept_come_last_and_carefully()
    {
        var plan = await _past.With(s_waiting with { Wave = null }, 3).With(s_waiting with { Wave = 2 }).ResumeAsync();

        Assert.Equal([2, 3, 4, 5], plan.Waves.Select(wave => Assert.Single(wave).Wave!.Value));
        Assert.Equal("host-4", plan.Waves[0][0].Name);
    }

    [Fact]
    public async Task Hosts_that_are_gone_are_told_and_not_forgotten_by_the_next_attempt()
    {
        var plan = await _past.With(s_done).With(s_waiting).ResumeAsync();

        Assert.StartsWith($"2 of 4 host(s) of the run {FakePast.Run} are not to be found", Assert.Single(plan.Notes));
        Assert.Contains("NOTE       2 of 4", plan.ToString());
        Assert.Equal(4, plan.EarlierHosts);
    }

    [Fact]
    public async Task A_silent_host_that_may_be_of_the_run_stands_in_the_way()
    {
        var plan = await _past.With(s_done).With(s_waiting, 2).With(new PastHost { IsSilent = true }).ResumeAsync();

        Assert.Equal("host-4", Assert.Single(plan.Obstacles).Name);
        Assert.Empty(plan.Notes);
    }

    [Fact]
    public async Task A_host_that_no_agent_speaks_for_and_that_may_be_of_the_run_stands_in_the_way()
    {
        var plan = await _past.With(s_done, 3).With(new PastHost { IsUnmanaged = true }).ResumeAsync();

        Assert.Equal(FailureKind.InstanceNotManaged, Assert.Single(plan.Obstacles).Obstacle!.Kind);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_gates_are_those_that_the_run_was_begun_with_whichever_host_is_asked_first(bool isSilent)
    {
        _past.Record += "bake 60\nonfailure Stop\n";

        var plan = await _past.With(new PastHost { IsSilent = isSilent }).With(s_done).With(s_waiting, 2).ResumeAsync();

        Assert.Equal((TimeSpan.FromSeconds(60), FailureAction.Stop), (plan.Gates.BakeTime, plan.OnFailure));
    }

    [Theory]
    [InlineData("claimed", FakePast.Old, FakePast.Old, false)]
    [InlineData("reverted", FakePast.Old, FakePast.Old, false)]
    [InlineData("unknown", FakePast.Old, FakePast.Old, true)]
    [InlineData("revert-failed", FakePast.Old, FakePast.Old, true)]
    [InlineData("locked", FakePast.New, FakePast.Old, true)]
    [InlineData("locked", FakePast.Old, FakePast.New, true)]
    public async Task A_host_is_known_as_moved_unless_it_is_where_the_run_found_it(string word, string running, string disk, bool moved)
    {
        var plan = await _past.With(s_waiting with { Word = word, Running = running, Disk = disk }).With(s_done).With(s_waiting, 2).ResumeAsync();

        Assert.Equal(moved, plan.Hosts.Single(host => host.Name == "host-1").WasMoved);
    }

    [Fact]
    public async Task A_host_of_no_run_is_left_alone() =>
        Assert.DoesNotContain(
            (await _past.With(s_waiting, 4).With(new PastHost()).ResumeAsync()).Hosts, host => host.Name == "host-5");

    [Fact]
    public async Task A_host_that_somebody_changed_since_stands_in_the_way() => Assert.Equal(
        FailureKind.PlanStale,
        Assert.Single((await _past.With(s_waiting, 3).With(s_waiting with { Running = FakePast.Other }).ResumeAsync()).Obstacles).Obstacle!.Kind);

    [Theory]
    [InlineData(4, 0)]
    [InlineData(3, 1)]
    public async Task A_run_whose_hosts_are_all_verified_at_the_target_has_nothing_to_do_and_tells_of_hosts_that_are_gone(int hosts, int notes)
    {
        var plan = await _past.With(s_done, hosts).ResumeAsync();

        Assert.False(plan.HasWork);
        Assert.All(plan.Hosts, host => Assert.True(host is { IsDone: true, Obstacle: null }));
        Assert.Equal(notes, plan.Notes.Count(note => note.StartsWith("1 of 4 host(s) of the run")));
    }

    [Fact]
    public async Task Hosts_that_the_first_attempt_was_planned_without_stand_in_no_way_are_told_and_not_forgotten()
    {
        _past.Record += "leftout 1 i-00000004\n";

        var plan = await _past.With(s_done).With(s_waiting, 2).With(new PastHost { IsSilent = true }).ResumeAsync();

        Assert.Empty(plan.Obstacles);
        Assert.Contains(plan.Notes, note => note.StartsWith("1 host(s) could not be reached") && note.Contains("i-00000004"));
        Assert.Equal("1 i-00000004", $"{plan.EarlierLeftOut}");
    }

    [Theory]
    [InlineData("deployed", "-", FakePast.Other, 4, "host-1 (i-00000001)")]
    [InlineData("deployed", "-", FakePast.Other, 3, "it brought every host of it that is found to v2")]
    [InlineData("claimed", "-", FakePast.Old, 3, "changed none of the 3 host(s) of it that are found")]
    [InlineData("reverted", "-", FakePast.Old, 4, "back where it was")]
    [InlineData("deployed", "returned", FakePast.Old, 4, "back where it was")]
    public async Task A_run_of_which_nothing_is_left_is_refused_with_what_became_of_it(
        string word, string after, string running, int hosts, string said)
    {
        _past.With(new PastHost { Word = word, After = after, Running = running }, hosts);

        var failure = await Assert.ThrowsAsync<FleetException>(_past.ResumeAsync);

        Assert.Equal(FailureKind.DeployComplete, failure.Kind);
        Assert.Contains(said, failure.Message);
    }

    [Fact]
    public async Task A_run_that_was_cut_short_while_it_took_its_hosts_and_had_nothing_to_do_on_those_is_refused()
    {
        _past.With(s_waiting with { From = FakePast.New, Wave = null, Running = FakePast.New }).With(new PastHost { Running = FakePast.Old }, 3);

        var failure = await Assert.ThrowsAsync<FleetException>(_past.ResumeAsync);

        Assert.Equal(FailureKind.DeployComplete, failure.Kind);
        Assert.Contains("3 of 4 host(s)", failure.Message);
    }

    [Fact]
    public async Task A_run_that_no_host_knows_is_not_found() => Assert.Equal(
        FailureKind.DeployNotFound, (await Assert.ThrowsAsync<FleetException>(_past.With(new PastHost(), 2).ResumeAsync)).Kind);
}
