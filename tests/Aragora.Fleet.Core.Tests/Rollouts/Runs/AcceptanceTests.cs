using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Rollouts.Signals;

namespace Aragora.Fleet.Core.Tests.Rollouts.Runs;

/// <summary>A run that has more to see than its steps is accepted at its end, and not before.</summary>
public sealed class AcceptanceTests
{
    private readonly RunHarness _run = new();

    private static DeployGates Bake => new() { BakeTime = TimeSpan.FromMinutes(1) };

    [Fact]
    public async Task A_run_without_bake_approval_or_gates_costs_no_send_more()
    {
        await _run.DeployAsync(RunHarness.Plan(2));

        Assert.Empty(_run.Sends("accept"));
        Assert.Contains("accept 0", _run.Sends("claim").Single().Script);
    }

    [Theory]
    [InlineData("bake")]
    [InlineData("approve")]
    [InlineData("gate")]
    public async Task After_its_last_wave_the_hosts_write_it_down_with_one_send_for_fifty(string what)
    {
        _run.Signals.Say(DeploySignalKind.Approve);
        if (what == "gate")
        {
            _run.Gates.Add(new Veto(0));
        }

        var gates = what == "bake" ? Bake : new DeployGates { Approve = what == "approve" };
        var end = await _run.DeployAsync(RunHarness.Plan(50, "25", gates));

        Assert.Null(end.Failure);
        Assert.Equal(50, Assert.Single(_run.Sends("accept")).InstanceIds.Count);
        Assert.Same(_run.Sends("accept").Single(), _run.Channel.Sent[^1]);
        Assert.Contains("accept 1", _run.Sends("claim").First().Script);
    }

    [Fact]
    public async Task A_run_that_fails_is_not_accepted()
    {
        _run.Pulse = number => _run.Sends("deploy").Any() && number == 1 ? RunHarness.Beat(ready: 503) : RunHarness.Beat();

        var end = await _run.DeployAsync(RunHarness.Plan(2, gates: Bake));

        Assert.NotNull(end.Failure);
        Assert.Empty(_run.Sends("accept"));
    }

    [Fact]
    public async Task A_host_that_does_not_write_it_down_is_named_and_the_run_is_well()
    {
        _run.Accept = number => number == 2 ? "outcome locked\nreason another has the host\n" : "outcome accepted\n";

        var end = await _run.DeployAsync(RunHarness.Plan(2, gates: Bake));

        Assert.Null(end.Failure);
        var notice = Assert.Single(_run.Notices);
        Assert.Contains("host-2 (i-00000002): another has the host", notice);
        Assert.Contains($"Resume-AragoraDeploy -DeployId {RunHarness.DeployId}", notice);
    }

    [Fact]
    public async Task What_an_earlier_attempt_did_is_baked_asked_about_and_accepted_though_no_wave_is_left()
    {
        var gate = new Veto(0);
        _run.Gates.Add(gate);
        var began = _run.Clock.Time.GetUtcNow();

        var end = await _run.DeployAsync(Done(2, Bake));

        Assert.Null(end.Failure);
        Assert.All(end.Outcomes, outcome => Assert.Equal(DeployOutcome.Deployed, outcome));
        Assert.True(_run.Clock.Time.GetUtcNow() - began >= TimeSpan.FromMinutes(1));
        Assert.Equal(["host-1", "host-2"], gate.Asked.Select(result => result.Name));
        Assert.All(gate.Asked, result => Assert.Equal((DeployOutcome.Deployed, RunHarness.New), (result.Outcome, result.RunningCommit)));
        Assert.Empty(_run.Sends("deploy"));
        Assert.Equal(2, Assert.Single(_run.Sends("accept")).InstanceIds.Count);
    }

    [Theory]
    [InlineData("no longer ready")]
    [InlineData("another process")]
    public async Task What_an_earlier_attempt_did_goes_back_where_it_turns_out_sick(string reason)
    {
        _run.Pulse = number => number != 1 || _run.Sends("pulse").Count() < 2 ? RunHarness.Beat()
            : reason == "another process" ? RunHarness.Beat(pid: 900) : RunHarness.Beat(ready: 503);

        var end = await _run.DeployAsync(Done(2, Bake));

        Assert.Equal([DeployOutcome.Reverted, DeployOutcome.Restored], end.Outcomes);
        Assert.Contains(reason, end.Of(1).Reason);
        Assert.Empty(_run.Sends("accept"));
    }

    [Fact]
    public async Task What_an_earlier_attempt_did_is_held_to_no_errors_of_its_own_release()
    {
        _run.Pulse = _ => RunHarness.Beat(errors: 40);

        var end = await _run.DeployAsync(Done(1, Bake));

        Assert.Equal(DeployOutcome.Reverted, Assert.Single(end.Outcomes));
        Assert.Contains("against 0", end.Of(1).Reason);
    }

    [Fact]
    public async Task What_an_earlier_attempt_did_waits_for_its_approval_though_no_wave_is_left()
    {
        var end = await _run.DeployAsync(Done(2, new DeployGates { Approve = true, ApprovalTimeout = TimeSpan.FromMinutes(5) }));

        Assert.Equal([DeployOutcome.Restored, DeployOutcome.Restored], end.Outcomes);
        Assert.Equal(FailureKind.ApprovalExpired, end.Failure!.Kind);
    }

    [Fact]
    public async Task What_an_earlier_attempt_did_comes_before_the_next_wave()
    {
        var plan = RunHarness.Plan(2, gates: Bake);
        var gate = new Veto(1);
        _run.Gates.Add(gate);

        var end = await _run.DeployAsync(plan with
        {
            Attempt = 2, Hosts = [plan.Hosts[1], Awaiting(plan.Hosts[0])], Waves = [plan.Waves[1]],
        });

        Assert.Equal([DeployOutcome.Reverted, DeployOutcome.NotStarted], end.Outcomes);
        Assert.Empty(_run.Sends("deploy"));
    }

    [Fact]
    public async Task A_restore_that_is_gone_on_with_is_accepted_as_well_and_told_as_one()
    {
        var end = await _run.RestoreAsync(Done(2, Bake));

        Assert.Equal([DeployOutcome.Restored, DeployOutcome.Restored], end.Outcomes);
        Assert.Single(_run.Sends("accept"));
    }

    [Fact]
    public async Task A_host_that_an_earlier_attempt_did_and_that_is_not_reached_gets_one_result()
    {
        _run.Channel.Answer = Unreachable(_run.Channel.Answer);

        var end = await _run.DeployAsync(Done(2, Bake with { MaxUnreachable = new HostCount(1, false) }));

        Assert.Equal([DeployOutcome.NotReached, DeployOutcome.Deployed], end.Outcomes);
    }

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

    [Fact]
    public async Task The_record_counts_every_host_that_is_taken_and_never_fewer_than_the_attempt_before()
    {
        var plan = RunHarness.Plan(3);
        await _run.DeployAsync(plan with
        {
            Hosts = [plan.Hosts[0], plan.Hosts[1] with { IsCurrent = true }, plan.Hosts[2] with { IsDone = true }], Waves = [plan.Waves[0]],
        });
        await _run.DeployAsync(plan with { DeployId = "20260307T040000-abcdef", EarlierHosts = 4 });

        Assert.Equal(["hosts 3", "hosts 4"], _run.Sends("claim").Select(send => send.Script.Split('\n').First(line => line.StartsWith("hosts "))));
    }

    [Fact]
    public async Task A_wave_keeps_its_number_in_a_later_attempt()
    {
        var plan = RunHarness.Plan(2);
        HostPlan[] left = [plan.Hosts[0] with { Wave = 3 }, plan.Hosts[1] with { Wave = 5 }];

        var end = await _run.DeployAsync(plan with { Attempt = 2, Hosts = left, Waves = [[left[0]], [left[1]]] });

        Assert.Equal([3, 5], end.Results.OrderBy(result => result.InstanceId).Select(result => result.Wave!.Value));
        Assert.Contains("i-00000002 5", _run.Sends("claim").Single().Script);
        Assert.Contains(_run.Sends("deploy"), send => send.Comment.Contains("wave 5"));
    }

    private static ChangePlan Done(int hosts, DeployGates gates)
    {
        var plan = RunHarness.Plan(hosts, gates: gates);
        return plan with { Attempt = 2, Hosts = [.. plan.Hosts.Select(Awaiting)], Waves = [] };
    }

    private static HostPlan Awaiting(HostPlan host) => host with { Disk = host.To, IsDone = true, AwaitsAcceptance = true };

    private static Func<string, Ports.SendRequest, Commands.FakeAnswer> Unreachable(
        Func<string, Ports.SendRequest, Commands.FakeAnswer> answer) => (id, request) =>
            id == RunHarness.Id(1) && request.Comment.Contains(" claim ")
                ? new Commands.FakeAnswer { Status = "Undeliverable", Code = -1, Output = "" }
                : answer(id, request);

    /// <summary>Vetoes one host, and keeps what it was asked about.</summary>
    private sealed class Veto(int number) : IDeployGate
    {
        public List<DeployResult> Asked { get; } = [];

        public string Name => "veto";

        public Task<GateFinding> CheckAsync(GateContext context, CancellationToken cancellationToken)
        {
            Asked.AddRange(context.Results);
            return Task.FromResult(GateFinding.Fail(
            [
                .. context.Results.Where(result => result.InstanceId == RunHarness.Id(number))
                    .Select(result => new HostFault(context.Hosts[0].Target, FailureKind.GateVetoed, Name, "no")),
            ]));
        }
    }
}
