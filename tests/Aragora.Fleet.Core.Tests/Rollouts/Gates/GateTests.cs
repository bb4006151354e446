using Aragora.Fleet.Core.Tests.Rollouts.Runs;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;

namespace Aragora.Fleet.Core.Tests.Rollouts.Gates;

/// <summary>What a run asks before it goes on, one gate after the other.</summary>
public sealed class GateTests
{
    private readonly RunHarness _run = new();

    [Theory]
    [InlineData("impaired", "ok")]
    [InlineData("initializing", "ok")]
    [InlineData("ok", "impaired")]
    [InlineData("ok", "insufficient-data")]
    public async Task A_machine_whose_status_checks_are_not_ok_stops_the_run_before_anything(string instance, string system)
    {
        _run.Directory.Checks = id => new InstanceChecks(id, id == RunHarness.Id(3) ? instance : "ok", id == RunHarness.Id(3) ? system : "ok");

        var end = await _run.DeployAsync(RunHarness.Plan(3));

        Assert.Equal(FailureKind.StatusCheckFailed, end.Failure!.Kind);
        Assert.Contains($"host-3 (i-00000003) (instance {instance}, system {system})", end.Failure.Message);
        Assert.All(end.Outcomes, outcome => Assert.Equal(DeployOutcome.NotStarted, outcome));
        Assert.Empty(_run.Channel.Sent);
    }

    [Fact]
    public async Task Status_checks_that_turn_bad_before_a_later_wave_take_back_what_is_done()
    {
        var asked = 0;
        _run.Directory.Checks = id => new InstanceChecks(id, id == RunHarness.Id(2) && ++asked == 2 ? "impaired" : "ok", "ok");

        var end = await _run.DeployAsync(RunHarness.Plan(3));

        Assert.Equal([DeployOutcome.Restored, DeployOutcome.NotStarted, DeployOutcome.NotStarted], end.Outcomes);
        Assert.Equal(FailureKind.StatusCheckFailed, end.Failure!.Kind);
    }

    [Fact]
    public async Task Status_checks_that_may_not_be_read_are_no_verdict()
    {
        _run.Directory.Checks = _ => throw new FleetException(FailureKind.AccessDenied, "not allowed", "ask");

        Assert.Null((await _run.DeployAsync(RunHarness.Plan(1))).Failure);
    }

    [Fact]
    public async Task MinHealthy_is_measured_and_never_undercut()
    {
        // Host 4 is sick beside the plan: three are healthy, and each wave takes one.
        _run.Pulse = number => number == 4 ? RunHarness.Beat(ready: 503) : RunHarness.Beat();

        var end = await _run.DeployAsync(Of(RunHarness.Plan(4), least: 3));

        Assert.Equal(FailureKind.HostsTooFew, end.Failure!.Kind);
        Assert.Contains("would leave 2 host(s) of 4 that are known to be healthy", end.Failure.Message);
        Assert.Contains("host-4", end.Failure.Message);
        Assert.Empty(_run.Sends("deploy"));
    }

    [Fact]
    public async Task A_sick_host_does_not_count_against_MinHealthy()
    {
        _run.Pulse = number => number == 1 ? RunHarness.Beat(ready: 503) : RunHarness.Beat();
        var plan = RunHarness.Plan(4);

        var end = await _run.DeployAsync(Of(plan with { Waves = [plan.Waves[0]], Hosts = plan.Hosts }, least: 3));

        Assert.Null(end.Failure);
    }

    [Fact]
    public async Task Of_a_host_that_gives_no_pulse_nothing_is_known_so_it_is_not_healthy()
    {
        _run.Pulse = number => number == 4 ? null : RunHarness.Beat();

        Assert.Equal(FailureKind.HostsTooFew, (await _run.DeployAsync(Of(RunHarness.Plan(4), least: 3))).Failure!.Kind);
    }

    [Fact]
    public async Task MinHealthy_that_breaks_in_the_middle_takes_back_what_is_done()
    {
        var looks = 0;
        _run.Channel.SendFailure = request =>
        {
            looks += request.Comment.Contains("pulse", StringComparison.Ordinal) ? 1 : 0;
            return null;
        };
        _run.Pulse = number => number == 4 && looks > 1 ? RunHarness.Beat(active: "failed") : RunHarness.Beat();

        var end = await _run.DeployAsync(Of(RunHarness.Plan(4), least: 3));

        Assert.Equal(
            [DeployOutcome.Restored, DeployOutcome.NotStarted, DeployOutcome.NotStarted, DeployOutcome.NotStarted], end.Outcomes);
    }

    [Fact]
    public async Task A_gate_that_fails_a_host_takes_it_back_and_counts_it()
    {
        _run.Gates.Add(new Veto(number: 1));

        var end = await _run.DeployAsync(RunHarness.Plan(3, gates: new DeployGates { MaxFailure = new HostCount(1, false) }));

        Assert.Equal([DeployOutcome.Reverted, DeployOutcome.Deployed, DeployOutcome.Deployed], end.Outcomes);
        Assert.Equal(("gate", "too slow", RunHarness.Old), (end.Of(1).Phase, end.Of(1).Reason, end.Of(1).RunningCommit));
        Assert.Equal(FailureKind.GateVetoed, ((FleetException)end.Failure!.InnerException!).Kind);
    }

    [Fact]
    public async Task A_gate_sees_the_provisional_result_of_each_host_of_the_wave_that_is_done()
    {
        var gate = new Veto(number: 0);
        _run.Gates.Add(gate);

        await _run.DeployAsync(RunHarness.Plan(3, "2"));

        Assert.Equal([(1, "host-1"), (1, "host-2"), (2, "host-3")], gate.Seen);
    }

    private static ChangePlan Of(ChangePlan plan, int least) =>
        plan with { Gates = plan.Gates with { MinHealthy = new HostCount(least, false) } };

    private sealed class Veto(int number) : IDeployGate
    {
        public List<(int, string)> Seen { get; } = [];

        public string Name => "gate";

        public Task<GateFinding> CheckAsync(GateContext context, CancellationToken cancellationToken)
        {
            Seen.AddRange(context.Results.Select(result => (context.Wave, result.Name)));
            return Task.FromResult(GateFinding.Fail([
                .. context.Results.Where(result => result.InstanceId == RunHarness.Id(number))
                    .Select(result => new HostFault(
                        context.Hosts.Single(host => host.Target.InstanceId == result.InstanceId).Target,
                        FailureKind.GateVetoed, "gate", "too slow")),
            ]));
        }
    }
}
