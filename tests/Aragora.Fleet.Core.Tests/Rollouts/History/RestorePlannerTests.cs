using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Plans;

namespace Aragora.Fleet.Core.Tests.Rollouts.History;

/// <summary>How a run goes back as a whole, by what its hosts tell.</summary>
public sealed class RestorePlannerTests
{
    private static readonly PastHost s_done = new() { Word = "deployed" };
    private static readonly PastHost s_waiting = new() { Word = "claimed", Running = FakePast.Old };

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
    [InlineData("unknown", "returned", true)]
    public async Task A_host_whose_step_died_where_it_began_is_asked_by_a_step_so_that_the_run_can_be_told_as_back(
        string word, string after, bool isCurrent)
    {
        _past.With(s_done, 3).With(new PastHost { Word = word, After = after, Running = FakePast.Old });

        var plan = await _past.RestoreAsync();

        Assert.Equal(isCurrent, plan.Hosts.Single(host => host.Name == "host-4").IsCurrent);
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

    [Fact]
    public async Task A_host_that_kept_no_origin_stands_in_the_way() => Assert.Equal(
        FailureKind.NoRollbackPoint,
        Assert.Single((await _past.With(s_done, 3).With(s_done with { From = "-" }).RestoreAsync()).Obstacles).Obstacle!.Kind);
}
