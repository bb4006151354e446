using Aragora.Fleet.Core.Tests.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Rollouts.History;

namespace Aragora.Fleet.Core.Tests.Rollouts.Runs;

/// <summary>Hosts are taken for a run before the first is changed.</summary>
public sealed class ClaimTests
{
    private readonly RunHarness _run = new();

    [Fact]
    public async Task Fifty_hosts_cost_one_send_to_claim_and_one_for_their_wave()
    {
        var outcome = await _run.DeployAsync(RunHarness.Plan(50, "100%"));

        Assert.Null(outcome.Failure);
        Assert.Equal(50, outcome.Outcomes.Count(o => o == DeployOutcome.Deployed));
        Assert.Equal(2, _run.Channel.Sent.Count);
        Assert.Single(_run.Sends("claim"));
        Assert.Single(_run.Sends("deploy"));
    }

    [Fact]
    public async Task Every_step_carries_the_token_of_the_lock()
    {
        await _run.DeployAsync(RunHarness.Plan(2));

        Assert.All(_run.Channel.Sent, send => Assert.Contains("P_TOKEN='7'", send.Script));
    }

    [Theory]
    [InlineData("locked", FailureKind.HostLocked)]
    [InlineData("fenced", FailureKind.HostFenced)]
    [InlineData("moved", FailureKind.PlanStale)]
    [InlineData("refused", FailureKind.HostRefused)]
    public async Task A_host_that_refuses_its_claim_is_named_and_nothing_is_begun(string outcome, FailureKind kind)
    {
        _run.Claim = number => number == 2 ? $"outcome {outcome}\nphase x\nreason not now\n" : "outcome claimed\n";

        var end = await _run.DeployAsync(RunHarness.Plan(3));

        Assert.Equal([DeployOutcome.NotStarted, DeployOutcome.Refused, DeployOutcome.NotStarted], end.Outcomes);
        Assert.Equal(kind, end.Failure!.Kind);
        Assert.Contains("i-00000002", end.Failure.Message);
        Assert.Contains("not now", end.Failure.Message);
        Assert.Empty(_run.Sends("deploy"));
    }

    [Fact]
    public async Task Every_refusing_host_is_named()
    {
        _run.Claim = number => $"outcome refused\nphase disk\nreason {number} MB are free\n";

        var end = await _run.DeployAsync(RunHarness.Plan(3));

        Assert.All(Enumerable.Range(1, 3), number => Assert.Contains($"{number} MB are free", end.Failure!.Message));
    }

    [Fact]
    public async Task A_host_that_is_not_reached_stops_the_run_before_it_begins()
    {
        Unreachable(2);

        var end = await _run.DeployAsync(RunHarness.Plan(3));

        Assert.Equal([DeployOutcome.NotStarted, DeployOutcome.NotReached, DeployOutcome.NotStarted], end.Outcomes);
        Assert.Equal(FailureKind.Undeliverable, end.Failure!.Kind);
        Assert.StartsWith("1 host is unreachable, -MaxUnreachable is 0: nothing was begun. host-2 (i-00000002): ", end.Failure.Message);
        Assert.Contains("-MaxUnreachable 1", end.Failure.Action);
        Assert.Empty(_run.Sends("deploy"));
    }

    [Fact]
    public async Task The_hosts_keep_which_host_the_run_was_planned_without_and_the_run_says_how_it_is_deployed_to()
    {
        var plan = RunHarness.Plan(3, gates: new DeployGates { MaxUnreachable = new HostCount(1, false) });
        var gone = plan.Hosts[2] with { Obstacle = new FleetException(FailureKind.DeliveryTimedOut, "gone", "look") };
        plan = plan with { Target = RunHarness.New, Hosts = [plan.Hosts[0], plan.Hosts[1], gone], Waves = [[plan.Hosts[0]], [plan.Hosts[1]]] };

        var end = await _run.DeployAsync(plan);
        await _run.DeployAsync(plan with { DeployId = "20260307T040000-abcdef", EarlierLeftOut = LeftOutHosts.Parse("1 i-00000009") });

        Assert.Equal(DeployOutcome.NotReached, end.Of(3).Outcome);
        Assert.EndsWith($"Invoke-AragoraDeploy -CommitSha {RunHarness.New} -InstanceId i-00000003", end.Failure!.Action);
        Assert.Equal(
            ["leftout 1 i-00000003", "leftout 1 i-00000009"],
            _run.Sends("claim").Select(send => send.Script.Split('\n').First(line => line.StartsWith("leftout ")).TrimEnd('\'')));
    }

    [Fact]
    public async Task A_host_that_is_lost_while_it_is_claimed_is_kept_by_the_others_as_one_that_the_run_left_out()
    {
        Unreachable(2);
        var plan = RunHarness.Plan(3, gates: new DeployGates { MaxUnreachable = new HostCount(1, false) }) with { Target = RunHarness.New };

        var end = await _run.DeployAsync(plan);

        var claims = _run.Sends("claim").ToList();
        Assert.Equal(["leftout 0", "leftout 1 i-00000002"], claims.Select(send => Line(send, "leftout ")));
        Assert.Equal(["hosts 3", "hosts 2"], claims.Select(send => Line(send, "hosts ")));
        Assert.Equal(["i-00000001", "i-00000003"], claims[1].InstanceIds);
        Assert.Equal([DeployOutcome.Deployed, DeployOutcome.NotReached, DeployOutcome.Deployed], end.Outcomes);
        Assert.EndsWith($"Invoke-AragoraDeploy -CommitSha {RunHarness.New} -InstanceId i-00000002", end.Failure!.Action);
    }

    [Fact]
    public async Task A_host_of_an_earlier_attempt_that_is_lost_while_it_is_claimed_stays_a_host_of_the_run()
    {
        Unreachable(2);
        var plan = RunHarness.Plan(3, gates: new DeployGates { MaxUnreachable = new HostCount(1, false) });

        await _run.DeployAsync(plan with { Attempt = 2, EarlierHosts = 3, EarlierLeftOut = LeftOutHosts.Parse("0") });

        Assert.Equal("hosts 3", Line(Assert.Single(_run.Sends("claim")), "hosts "));
    }

    [Theory]
    [InlineData("Undeliverable")]
    [InlineData("DeliveryTimedOut")]
    public async Task Within_MaxUnreachable_a_host_that_is_not_reached_is_left_out(string details)
    {
        Unreachable(2, details);

        var end = await _run.DeployAsync(
            RunHarness.Plan(3, gates: new DeployGates { MaxUnreachable = new HostCount(1, false) }));

        Assert.Equal([DeployOutcome.Deployed, DeployOutcome.NotReached, DeployOutcome.Deployed], end.Outcomes);
        Assert.Equal(FailureKind.DeployFailed, end.Failure!.Kind);
        Assert.Contains("host-2", end.Failure.Message);
        Assert.DoesNotContain(_run.Sends("deploy"), send => send.InstanceIds.Contains("i-00000002"));
    }

    [Theory]
    [InlineData("refused", "disk", true)]
    [InlineData("refused", "fence", false)]
    [InlineData("fenced", "fence", false)]
    public async Task A_host_that_needs_no_change_is_taken_as_well_so_that_an_older_run_is_refused_there(
        string outcome, string phase, bool goesOn)
    {
        _run.Claim = number => number == 2 ? $"outcome {outcome}\nphase {phase}\nreason why\n" : "outcome claimed\n";
        var plan = RunHarness.Plan(2);

        var end = await _run.DeployAsync(plan with
        {
            Hosts = [plan.Hosts[0], plan.Hosts[1] with { IsCurrent = true }], Waves = [plan.Waves[0]],
        });

        Assert.Contains("i-00000002", Assert.Single(_run.Sends("claim")).InstanceIds);
        Assert.Equal(goesOn ? DeployOutcome.AlreadyCurrent : DeployOutcome.Refused, end.Of(2).Outcome);
        Assert.Equal(goesOn ? null : "1 of 2 host(s) refused the deploy", end.Failure?.Message.Split(',')[0]);
        Assert.Equal(goesOn ? DeployOutcome.Deployed : DeployOutcome.NotStarted, end.Of(1).Outcome);
    }

    [Fact]
    public async Task A_lock_that_another_has_begins_nothing()
    {
        _run.Lock.Refusal = new FleetException(FailureKind.HostLocked, "bob has it", "wait");

        await Assert.ThrowsAsync<FleetException>(() => _run.DeployAsync(RunHarness.Plan(2)));

        Assert.Empty(_run.Channel.Sent);
    }

    [Fact]
    public async Task Nothing_to_change_takes_no_lock()
    {
        _run.Lock.Refusal = new FleetException(FailureKind.HostLocked, "bob has it", "wait");
        var plan = RunHarness.Plan(1);

        var end = await _run.DeployAsync(plan with { Waves = [], Hosts = [plan.Hosts[0] with { IsCurrent = true }] });

        Assert.Equal([DeployOutcome.AlreadyCurrent], end.Outcomes);
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

    private static string Line(Ports.SendRequest send, string key) =>
        send.Script.Split('\n').First(line => line.StartsWith(key)).TrimEnd('\'');

    private void Unreachable(int number, string details = "Undeliverable")
    {
        var usual = _run.Channel.Answer;
        _run.Channel.Answer = (id, request) => id == RunHarness.Id(number)
            ? new FakeAnswer { Status = "Failed", Details = details, Output = "", Code = -1 }
            : usual(id, request);
    }
}
