using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;

namespace Aragora.Fleet.Core.Tests.Rollouts.Runs;

/// <summary>How much may go wrong before a run stops, and what goes back then.</summary>
public sealed class BudgetTests
{
    private readonly RunHarness _run = new();

    [Fact]
    public async Task Within_MaxFailure_the_run_goes_on_and_one_error_lists_the_hosts_that_failed()
    {
        FailAt(1, 3);

        var end = await _run.DeployAsync(RunHarness.Plan(4, gates: Allow(2)));

        Assert.Equal(
            [DeployOutcome.Reverted, DeployOutcome.Deployed, DeployOutcome.Reverted, DeployOutcome.Deployed], end.Outcomes);
        Assert.Equal(FailureKind.DeployFailed, end.Failure!.Kind);
        Assert.Contains("host-1", end.Failure.Message);
        Assert.Contains("host-3", end.Failure.Message);
        Assert.Contains("2 host(s) stay at v2", end.Failure.Message);
        Assert.Empty(_run.Sends("back"));
    }

    [Fact]
    public async Task Beyond_MaxFailure_everything_that_was_touched_goes_back_newest_first_and_nothing_else()
    {
        FailAt(4, 5);

        var end = await _run.DeployAsync(RunHarness.Plan(8, gates: Allow(1)));

        Assert.Equal(
            [
                DeployOutcome.Restored, DeployOutcome.Restored, DeployOutcome.Restored, DeployOutcome.Reverted,
                DeployOutcome.Reverted, DeployOutcome.NotStarted, DeployOutcome.NotStarted, DeployOutcome.NotStarted,
            ],
            end.Outcomes);
        Assert.Equal(
            [["i-00000003", "i-00000002"], ["i-00000001"]], _run.Sends("back").Select(send => send.InstanceIds.ToArray()));
        Assert.All(_run.Sends("back"), send => Assert.Contains(RunHarness.Old, send.Script));
    }

    [Fact]
    public async Task A_percentage_is_of_all_hosts_of_the_plan()
    {
        FailAt(1);

        var end = await _run.DeployAsync(
            RunHarness.Plan(4, gates: new DeployGates { MaxFailure = new HostCount(25, true) }));

        Assert.Equal(3, end.Outcomes.Count(o => o == DeployOutcome.Deployed));
    }

    [Fact]
    public async Task Hosts_that_refuse_their_step_count_as_failed()
    {
        _run.Deploy = number => number == 2 ? "outcome refused\nphase moved\nreason someone was faster\n" : Deployed;

        var end = await _run.DeployAsync(RunHarness.Plan(3, gates: Allow(1)));

        Assert.Equal([DeployOutcome.Deployed, DeployOutcome.Refused, DeployOutcome.Deployed], end.Outcomes);
    }

    [Fact]
    public async Task Within_the_budget_a_host_that_could_not_take_itself_back_is_taken_back_at_once()
    {
        _run.Deploy = number => number == 1 ? "outcome revert-failed\nphase revert\nreason pip\n" : Deployed;

        var end = await _run.DeployAsync(RunHarness.Plan(2, gates: Allow(1)));

        Assert.Equal([DeployOutcome.Reverted, DeployOutcome.Deployed], end.Outcomes);
        Assert.Equal("revert", end.Of(1).Phase);
        var sent = _run.Channel.Sent.Select(send => send.Comment.Split(' ')[1]);
        Assert.Equal(["claim", "deploy", "back", "deploy"], sent);
    }

    [Fact]
    public async Task A_host_whose_previous_release_is_sick_as_well_is_told_once_and_the_others_go_back()
    {
        FailAt(3);
        _run.Back = number => number == 1
            ? "outcome failed\nphase ready\nreason not ready within 90 s\n"
            : $"outcome restored\nrunning {RunHarness.Old}\n";

        var end = await _run.DeployAsync(RunHarness.Plan(3));

        Assert.Equal([DeployOutcome.Failed, DeployOutcome.Restored, DeployOutcome.Reverted], end.Outcomes);
        Assert.Equal(FailureKind.RestoreFailed, end.Failure!.Kind);
        Assert.Contains("NOT verified back: host-1 (i-00000001)", end.Failure.Message);
        Assert.Single(_run.Sends("back"), send => send.InstanceIds.Contains("i-00000001"));
    }

    [Theory]
    [InlineData(3, new int[0], new[] { 3, 1 })]
    [InlineData(3, new[] { 5, 6 }, new[] { 1, 1, 1, 1 })]
    [InlineData(2, new[] { 5, 6 }, new[] { 2, 2 })]
    [InlineData(4, new[] { 5, 6 }, new[] { 1, 1, 1, 1 })]
    [InlineData(3, new[] { 1, 2, 3, 4 }, new[] { 4 })]
    public async Task The_way_back_takes_no_more_healthy_hosts_at_once_than_are_measured_to_spare_but_one_in_any_case(
        int least, int[] sick, int[] sizes)
    {
        var hasFailed = false;
        _run.Deploy = number =>
        {
            hasFailed |= number == 5;
            return number >= 5 ? "outcome reverted\nphase ready\nreason it crashed\n" : Deployed;
        };
        _run.Pulse = number => hasFailed && sick.Contains(number) ? RunHarness.Beat(ready: 503) : RunHarness.Beat();

        var end = await _run.DeployAsync(
            RunHarness.Plan(6, "2", new DeployGates { MinHealthy = new HostCount(least, false) }));

        Assert.Equal(4, end.Outcomes.Count(outcome => outcome == DeployOutcome.Restored));
        Assert.Equal(sizes, _run.Sends("back").Select(send => send.InstanceIds.Count));
    }

    /// <summary>The pipeline warns of a host that fails after its canary, and calls the deploy a success.</summary>
    [Theory]
    [InlineData("outcome failed\nphase ready\nreason it does not serve\n")]
    [InlineData(null)]
    public async Task A_host_after_the_canary_that_does_not_serve_fails_the_deploy(string? answer)
    {
        _run.Deploy = number => number == 3 ? answer : Deployed;

        var end = await _run.DeployAsync(RunHarness.Plan(4, "1,3") with { OnFailure = FailureAction.Stop });

        Assert.Equal(FailureKind.DeployFailed, Assert.IsType<FleetException>(end.Failure).Kind);
        Assert.Contains("host-3", end.Failure!.Message, StringComparison.Ordinal);
        Assert.NotEqual(DeployOutcome.Deployed, end.Of(3).Outcome);
    }

    [Fact]
    public async Task OnFailure_Stop_leaves_what_is_done()
    {
        FailAt(2);

        var end = await _run.DeployAsync(RunHarness.Plan(3) with { OnFailure = FailureAction.Stop });

        Assert.Equal([DeployOutcome.Deployed, DeployOutcome.Reverted, DeployOutcome.NotStarted], end.Outcomes);
        Assert.Contains("1 host(s) stay at v2", end.Failure!.Message);
        Assert.Empty(_run.Sends("back"));
    }

    [Fact]
    public async Task What_an_earlier_attempt_has_done_goes_back_with_the_others()
    {
        FailAt(3);
        var plan = RunHarness.Plan(3);
        var done = plan.Hosts[0] with { IsDone = true };

        var end = await _run.DeployAsync(plan with
        {
            Attempt = 2, Hosts = [done, .. plan.Hosts.Skip(1)], Waves = [.. plan.Waves.Skip(1)],
        });

        Assert.Equal([DeployOutcome.Restored, DeployOutcome.Restored, DeployOutcome.Reverted], end.Outcomes);
        Assert.DoesNotContain(_run.Sends("deploy"), send => send.InstanceIds.Contains("i-00000001"));
    }

    [Fact]
    public async Task What_an_earlier_attempt_has_done_is_told_as_deployed_at_the_end()
    {
        var plan = RunHarness.Plan(2);
        var done = plan.Hosts[0] with { IsDone = true };

        var end = await _run.DeployAsync(plan with { Attempt = 2, Hosts = [done, plan.Hosts[1]], Waves = [plan.Waves[1]] });

        Assert.Null(end.Failure);
        Assert.Equal([DeployOutcome.Deployed, DeployOutcome.Deployed], end.Outcomes);
        Assert.Equal(RunHarness.New, end.Of(1).RunningCommit);
    }

    private static string Deployed => $"outcome deployed\nrunning {RunHarness.New}\n";

    private static DeployGates Allow(int failures) => new() { MaxFailure = new HostCount(failures, false) };

    private void FailAt(params int[] numbers) => _run.Deploy = number =>
        numbers.Contains(number) ? "outcome reverted\nphase ready\nreason it crashed\n" : Deployed;
}
