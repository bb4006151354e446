using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;

namespace Aragora.Fleet.Core.Tests.Rollouts.Runs;

/// <summary>Hosts that turn out to be at the target already.</summary>
public sealed class CurrentHostTests
{
    private readonly RunHarness _run = new();

    [Fact]
    public async Task A_host_that_is_current_though_the_run_was_to_change_it_was_moved_by_the_run_and_goes_back_with_it()
    {
        _run.Deploy = number => number == 1 ? $"outcome current\nrunning {RunHarness.New}\n" : "outcome reverted\nphase ready\nreason x\n";

        var end = await _run.DeployAsync(RunHarness.Plan(2) with { Attempt = 2 });

        Assert.Equal([DeployOutcome.Restored, DeployOutcome.Reverted], end.Outcomes);
        Assert.Contains("i-00000001", _run.Sends("back").Single().InstanceIds);
    }

    [Fact]
    public async Task A_host_that_is_current_though_the_run_was_to_change_it_is_told_as_deployed()
    {
        _run.Deploy = _ => $"outcome current\nrunning {RunHarness.New}\n";

        Assert.Equal([DeployOutcome.Deployed], (await _run.DeployAsync(RunHarness.Plan(1))).Outcomes);
    }

    [Fact]
    public async Task Where_nothing_is_to_do_a_host_that_is_left_out_has_its_result_and_the_run_says_so()
    {
        var plan = RunHarness.Plan(2, gates: new DeployGates { MaxUnreachable = new HostCount(1, false) });
        var gone = plan.Hosts[1] with { Obstacle = new FleetException(FailureKind.Undeliverable, "no agent", "look") };

        var end = await _run.DeployAsync(plan with { Waves = [], Hosts = [plan.Hosts[0] with { IsCurrent = true }, gone] });

        Assert.Equal([DeployOutcome.AlreadyCurrent, DeployOutcome.NotReached], end.Outcomes);
        Assert.Equal("no agent", end.Of(2).Reason);
        Assert.Contains("host-2", end.Failure!.Message);
    }
}
