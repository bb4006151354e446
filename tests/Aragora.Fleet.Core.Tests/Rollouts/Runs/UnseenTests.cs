using Aragora.Fleet.Commands;
using Aragora.Fleet.Core.Tests.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;

namespace Aragora.Fleet.Core.Tests.Rollouts.Runs;

/// <summary>What a run has not seen, not been told, or not reached, it takes for nothing good.</summary>
public sealed class UnseenTests
{
    private const string Reverted = "outcome reverted\nphase ready\nreason x\n";
    private const string Deployed = $"outcome deployed\nrunning {RunHarness.New}\npid 718\nrestarts 0\n";

    private readonly RunHarness _run = new();

    [Fact]
    public async Task Where_the_canary_failed_within_the_budget_the_next_wave_is_what_waits_for_approval()
    {
        _run.Deploy = n => n == 1 ? Reverted : Deployed;

        var end = await _run.DeployAsync(RunHarness.Plan(
            4, "1",
            new DeployGates { Approve = true, ApprovalTimeout = TimeSpan.FromMinutes(5), MaxFailure = new HostCount(1, false) }));

        Assert.Equal(2, _run.Sends("deploy").Count());
        Assert.Empty(_run.Sends("accept"));
        Assert.DoesNotContain(DeployOutcome.Deployed, end.Outcomes);
        Assert.NotNull(end.Failure);
    }

    [Fact]
    public async Task A_gate_that_Ctrl_C_cut_short_after_the_last_wave_is_no_acceptance()
    {
        _run.Gates.Add(new StoppingGate(_run.Stop));

        var end = await _run.DeployAsync(RunHarness.Plan(2, "2"));

        Assert.True(end.WasInterrupted);
        Assert.Empty(_run.Sends("accept"));
    }

    [Fact]
    public async Task Ctrl_C_in_the_last_wave_of_a_run_without_gates_of_its_user_leaves_nothing_undone()
    {
        _run.Gates.Add(new OtherCommandsGate(
            new OtherCommands(_run.Channel, new RegionLimits(_run.Clock.Time)), NoLog.Instance, force: false));
        _run.Deploy = _ =>
        {
            _run.Stop.Cancel();
            return Deployed;
        };

        var end = await _run.DeployAsync(RunHarness.Plan(2, "2"));

        Assert.False(end.WasInterrupted);
        Assert.Equal([DeployOutcome.Deployed, DeployOutcome.Deployed], end.Outcomes);
    }

    [Fact]
    public async Task Hosts_that_give_no_answer_are_not_free_to_take_under_MinHealthy()
    {
        _run.Pulse = _ => null!;

        var end = await _run.DeployAsync(RunHarness.Plan(4, "4", new DeployGates { MinHealthy = new HostCount(3, false) }));

        Assert.Equal(FailureKind.HostsTooFew, end.Failure!.Kind);
        Assert.Empty(_run.Sends("deploy"));
    }

    [Fact]
    public async Task The_way_back_takes_one_host_at_a_time_where_nothing_is_known_of_any()
    {
        _run.Deploy = n => n == 6 ? Reverted : Deployed;
        _run.Pulse = _ => _run.Sends("deploy").Count() < 3 ? RunHarness.Beat() : null!;

        await _run.DeployAsync(RunHarness.Plan(6, "2", new DeployGates { MinHealthy = new HostCount(4, false) }));

        Assert.All(_run.Sends("back"), send => Assert.Single(send.InstanceIds));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_host_that_an_earlier_attempt_moved_and_that_is_not_reached_is_not_verified_back(bool isDone)
    {
        var plan = RunHarness.Plan(4, "1", new DeployGates { MaxUnreachable = new HostCount(1, false) });
        var moved = plan.Hosts[0] with { IsDone = isDone, WasMoved = !isDone };
        plan = plan with
        {
            Attempt = 2,
            Hosts = [moved, .. plan.Hosts.Skip(1)],
            Waves = isDone ? [.. plan.Waves.Skip(1)] : [[moved], .. plan.Waves.Skip(1)],
        };
        var answer = _run.Channel.Answer;
        _run.Channel.Answer = (id, request) =>
            id == RunHarness.Id(1) ? new FakeAnswer { Status = "Undeliverable", Code = -1, Output = "" } : answer(id, request);
        _run.Deploy = n => n == 4 ? Reverted : Deployed;

        var end = await _run.DeployAsync(plan);

        Assert.Contains("NOT verified back: ", end.Failure!.Message, StringComparison.Ordinal);
        Assert.Contains("as an earlier attempt left it", end.Failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Every host", end.Failure.Message, StringComparison.Ordinal);
    }

    private sealed class StoppingGate(CancellationTokenSource stop) : IDeployGate
    {
        public string Name => "stop";

        public async Task<GateFinding> CheckAsync(GateContext context, CancellationToken cancellationToken)
        {
            if (context.Moment == GateMoment.AfterWave)
            {
                await stop.CancelAsync();
            }

            return GateFinding.Passed;
        }
    }
}
