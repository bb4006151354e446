using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Plans;

namespace Aragora.Fleet.Core.Tests.Rollouts.History;

/// <summary>How a run goes back as a whole, by what its hosts tell.</summary>
public sealed class RestorePlannerTests
{
    private const string Holding = "previous 2.8.0\nlastgood 2.8.0\npoint.0 2.8.0 - 1 - before\n";

    private static readonly PastHost s_done = new() { Word = "deployed" };
    private static readonly PastHost s_waiting = new() { Word = "claimed", Running = FakePast.Old };

    private static readonly PastHost s_package = new() { IsPackage = true, From = "2.8.0", To = "2.9.0", Running = "2.9.0" };

    private readonly FakePast _past = new();

    [Fact]
    public async Task Hosts_that_the_run_touched_go_back_to_what_it_found_and_the_others_are_left_alone()
    {
        var plan = await _past.With(s_done, 2).With(s_waiting, 2).RestoreAsync();

        Assert.Equal(["host-1", "host-2"], plan.Hosts.Select(host => host.Name).Order());
        Assert.All(plan.Hosts, host => Assert.Equal((FakePast.New, FakePast.Old), (host.From, host.To)));
        Assert.Equal((RolloutKind.Restore, FakePast.Old), (plan.Kind, plan.Target));
        Assert.NotEqual(FakePast.Run, plan.DeployId);
    }

    [Fact]
    public async Task A_host_that_is_back_has_nothing_to_do()
    {
        var plan = await _past.With(s_done, 3).With(new PastHost { Word = "reverted", Running = FakePast.Old }).RestoreAsync();

        Assert.Equal("host-4", plan.Hosts.Single(host => host.IsCurrent).Name);
    }

    [Theory]
    [InlineData("unknown", "-", false)]
    [InlineData("failed", "-", false)]
    [InlineData("running", "-", false)]
    [InlineData("unknown", "returned", true)]
    public async Task A_host_whose_step_died_where_it_began_is_asked_by_a_step_so_that_the_run_can_be_told_as_back(
        string word, string after, bool isCurrent)
    {
        _past.With(s_done, 3).With(new PastHost { Word = word, After = after, Running = FakePast.Old });

        var plan = await _past.RestoreAsync();

        Assert.Equal(isCurrent, plan.Hosts.Single(host => host.Name == "host-4").IsCurrent);
    }

    [Fact]
    public async Task A_step_that_is_under_way_is_told_and_not_waited_for_where_the_plan_is_only_shown()
    {
        var plan = await _past.With(s_done, 3).With(s_done with { Word = "running" }).RestoreAsync(RestoreAim.Run(FakePast.Run), isPreview: true);

        Assert.Contains("is still under way on host-4 (i-00000004)", Assert.Single(plan.Notes));
        Assert.Equal(4, plan.Waves.Sum(wave => wave.Count));
        Assert.Single(_past.Sent, send => send.Comment == "aragora-fleet history");
    }

    [Fact]
    public async Task Hosts_that_are_gone_are_told()
    {
        var plan = await _past.With(s_done, 3).RestoreAsync();

        Assert.StartsWith($"1 of 4 host(s) of the run {FakePast.Run} are not to be found", Assert.Single(plan.Notes));
    }

    [Fact]
    public async Task A_run_that_changed_nothing_has_nothing_to_go_back_and_tells_of_hosts_that_are_gone()
    {
        var failure = await Assert.ThrowsAsync<FleetException>(_past.With(s_waiting, 3).RestoreAsync);

        Assert.Equal(FailureKind.DeployComplete, failure.Kind);
        Assert.Contains("1 of 4 host(s)", failure.Message);
    }

    [Fact]
    public async Task A_host_that_moved_on_since_goes_back_with_a_warning()
    {
        var plan = await _past.With(s_done, 3).With(s_done with { Running = FakePast.Other }).RestoreAsync();

        Assert.Contains(plan.Hosts.Single(host => host.Name == "host-4").Warnings, w => w.Kind == PlanWarningKind.MovedSince);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_release_that_failed_on_a_host_before_is_warned_of_with_the_run_in_which_it_did(bool isOfRun)
    {
        var aim = isOfRun ? RestoreAim.Run(FakePast.Run) : RestoreAim.Release(FakePast.Old, null);
        _past.With(s_done, 3).With(s_done with { More = $"failed.0 {FakePast.Old} run-1\nfailed.1 {FakePast.Other} run-2\n" });

        var plan = await _past.RestoreAsync(aim);

        var warned = Assert.Single(plan.Hosts, host => host.Warnings.Count > 0);
        Assert.Equal(("host-4", PlanWarningKind.FailedBefore), (warned.Name, Assert.Single(warned.Warnings).Kind));
        Assert.Equal($"failed with {CommitId.Abbreviate(FakePast.Old)} before, in run-1", warned.Warnings[0].Text);
        Assert.Contains("host-4 (i-00000004)  failed with", plan.ToString());
        Assert.All(_past.Sent.Where(send => send.Comment == "aragora-fleet history"), send => Assert.Contains(
            isOfRun ? "P_NAMED=''" : $"P_NAMED='{FakePast.Old}'", send.Script));
    }

    [Theory]
    [InlineData("ledger.begins 2026-03-07T02:00:00Z\n", "its ledger begins at 2026-03-07 02:00:00Z")]
    [InlineData("ledger.begins 2026-03-07T00:00:00Z\n", "does not say for certain")]
    [InlineData("", "no ledger yet")]
    public async Task A_host_that_does_not_know_what_ran_at_a_time_says_since_when_it_knows(string told, string said)
    {
        var plan = await _past.With(new PastHost { More = told }).RestoreAsync(RestoreAim.At(DateTimeOffset.Parse("2026-03-07T01:00:00Z")));

        var obstacle = Assert.Single(plan.Obstacles).Obstacle!;
        Assert.Equal(FailureKind.NoRollbackPoint, obstacle.Kind);
        Assert.Contains(said, obstacle.Message);
    }

    [Fact]
    public async Task A_time_that_is_still_to_come_is_refused()
    {
        var failure = await Assert.ThrowsAsync<FleetException>(
            () => _past.With(s_done).RestoreAsync(RestoreAim.At(DateTimeOffset.Parse("2126-03-07T00:00:00Z"))));

        Assert.Equal(FailureKind.TimeInvalid, failure.Kind);
    }

    [Fact]
    public async Task Where_a_host_has_nothing_to_go_back_to_the_others_are_offered_as_a_command()
    {
        var able = new PastHost { More = $"previous {FakePast.Old}\nlastgood {FakePast.Old}\npoint.0 {FakePast.Old} - 1 - before\n" };
        _past.With(able, 2).With(new PastHost());

        foreach (var (aim, parameter) in new[] { (RestoreAim.Previous, ""), (RestoreAim.LastGood, " -LastGood") })
        {
            var obstacle = Assert.Single((await _past.RestoreAsync(aim)).Obstacles).Obstacle!;
            Assert.EndsWith($"Restore-AragoraCommit{parameter} -InstanceId i-00000001, i-00000002", obstacle.Action);
        }
    }

    // The index of these hosts has no version at all.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_version_that_its_hosts_hold_is_restored_without_the_index(bool isPiped)
    {
        _past.With(s_package with { More = Holding }, 2);

        var plan = await _past.RestoreAsync(isPiped
            ? RestoreAim.ReleaseOf(new Dictionary<string, string> { [FakePast.Id(1)] = "2.8.0", [FakePast.Id(2)] = "2.8.0" }, null)
            : RestoreAim.Release(null, "2.8.0"));

        Assert.All(plan.Hosts, host => Assert.Equal(("2.9.0", "2.8.0", null), (host.From, host.To, host.Obstacle)));
        Assert.DoesNotContain(_past.Sent, send => send.Comment == "aragora-fleet package");
    }

    [Fact]
    public async Task A_version_that_one_host_runs_and_another_holds_needs_no_index_either()
    {
        _past.With(s_package with { More = Holding }).With(s_package with { Running = "2.8.0" });

        var plan = await _past.RestoreAsync(RestoreAim.Release(null, "2.8.0"));

        Assert.Equal("host-2", plan.Hosts.Single(host => host.IsCurrent).Name);
        Assert.DoesNotContain(_past.Sent, send => send.Comment == "aragora-fleet package");
    }

    [Fact]
    public async Task A_version_that_a_host_lacks_is_looked_up_in_the_index_of_that_host()
    {
        _past.With(s_package with { More = Holding }).With(s_package with { More = Holding.Replace(" 1 ", " 0 ") });

        var failure = await Assert.ThrowsAsync<FleetException>(() => _past.RestoreAsync(RestoreAim.Release(null, "2.8.0")));

        Assert.Equal(FailureKind.VersionNotFound, failure.Kind);
        Assert.Equal([FakePast.Id(2)], Assert.Single(_past.Sent, send => send.Comment == "aragora-fleet package").InstanceIds);
    }

    [Fact]
    public async Task A_version_for_a_fleet_without_package_hosts_is_refused() => Assert.Equal(
        FailureKind.LayoutUnsupported,
        (await Assert.ThrowsAsync<FleetException>(() => _past.With(s_done).RestoreAsync(RestoreAim.Release(null, "2.8.0")))).Kind);

    [Fact]
    public async Task A_host_that_kept_no_origin_stands_in_the_way() => Assert.Equal(
        FailureKind.NoRollbackPoint,
        Assert.Single((await _past.With(s_done, 3).With(s_done with { From = "-" }).RestoreAsync()).Obstacles).Obstacle!.Kind);
}
