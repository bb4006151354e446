using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;

namespace Aragora.Fleet.Core.Tests.Rollouts.Runs;

/// <summary>What an earlier attempt of a run has done is seen to its end by the next one.</summary>
public sealed class EarlierAttemptTests
{
    private readonly RunHarness _run = new();

    private static DeployGates Bake => new() { BakeTime = TimeSpan.FromMinutes(1) };

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
}
