using Aragora.Fleet.Core.Tests.Commands;
using Aragora.Fleet.Core.Tests.Rollouts.Runs;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Rollouts.Signals;

namespace Aragora.Fleet.Core.Tests.Rollouts.Gates;

/// <summary>The hosts of a wave are watched before the next one, next to the hosts of the release before.</summary>
public sealed class BakeTests
{
    private readonly RunHarness _run = new();

    private static DeployGates TenMinutes => new() { BakeTime = TimeSpan.FromMinutes(10) };

    [Fact]
    public async Task A_quiet_bake_takes_its_time_after_each_wave_and_deploys_all()
    {
        var began = _run.Clock.Time.GetUtcNow();

        var end = await _run.DeployAsync(RunHarness.Plan(3, gates: TenMinutes));

        Assert.Null(end.Failure);
        Assert.All(end.Outcomes, outcome => Assert.Equal(DeployOutcome.Deployed, outcome));
        Assert.True(_run.Clock.Time.GetUtcNow() - began >= TimeSpan.FromMinutes(30));
    }

    [Theory]
    [InlineData("restarted by itself", 900, 1, 200)]
    [InlineData("another process", 900, 0, 200)]
    [InlineData("no longer ready", 718, 0, 503)]
    public async Task A_crash_ends_the_bake_at_once_and_the_host_goes_back(string reason, int pid, int restarts, int ready)
    {
        AfterTheDeploy(number => number == 1 ? RunHarness.Beat(pid, restarts, ready) : RunHarness.Beat());

        var end = await _run.DeployAsync(RunHarness.Plan(3, gates: TenMinutes));

        Assert.Equal([DeployOutcome.Reverted, DeployOutcome.NotStarted, DeployOutcome.NotStarted], end.Outcomes);
        Assert.Equal(("bake", RunHarness.Old), (end.Of(1).Phase, end.Of(1).RunningCommit));
        Assert.Contains(reason, end.Of(1).Reason);
        Assert.Equal(FailureKind.BakeFailed, ((FleetException)end.Failure!.InnerException!).Kind);
        // One for the errors before the run, and one look.
        Assert.Equal(2, _run.Sends("pulse").Count());
    }

    [Fact]
    public async Task A_host_that_writes_many_more_errors_than_the_others_fails()
    {
        AfterTheDeploy(number => RunHarness.Beat(errors: number == 1 ? 31 : 10));

        var end = await _run.DeployAsync(RunHarness.Plan(3, gates: TenMinutes));

        Assert.Equal(DeployOutcome.Reverted, end.Of(1).Outcome);
        Assert.Contains("31 error line(s)", end.Of(1).Reason);
        Assert.Contains("10 on average on the 2 host(s) of the release before", end.Of(1).Reason);
    }

    [Fact]
    public async Task A_host_that_has_the_release_already_is_no_measure_of_what_is_usual()
    {
        AfterTheDeploy(number => RunHarness.Beat(errors: number switch { 1 => 31, 2 => 10, _ => 100 }));
        var plan = RunHarness.Plan(3, gates: TenMinutes);

        var end = await _run.DeployAsync(plan with
        {
            Hosts = [plan.Hosts[0], plan.Hosts[1], plan.Hosts[2] with { IsCurrent = true }],
            Waves = [plan.Waves[0], plan.Waves[1]],
        });

        Assert.Equal(DeployOutcome.Reverted, end.Of(1).Outcome);
        Assert.Contains("10 on average on the 1 host(s) of the release before", end.Of(1).Reason);
    }

    [Theory]
    [InlineData(30, 10)]
    [InlineData(4, 0)]
    public async Task Errors_that_the_others_have_as_well_or_that_are_few_are_no_verdict(int errors, int others)
    {
        AfterTheDeploy(number => RunHarness.Beat(errors: number == 1 ? errors : others));

        var end = await _run.DeployAsync(OneWave(RunHarness.Plan(3, gates: TenMinutes)));

        Assert.Null(end.Failure);
    }

    [Theory]
    [InlineData(40, DeployOutcome.Deployed)]
    [InlineData(500, DeployOutcome.Reverted)]
    public async Task Where_every_host_is_deployed_a_host_is_compared_with_itself_before(int errors, DeployOutcome outcome)
    {
        // 20 errors in the ten minutes before; more than three times as many in the same time are a verdict.
        DateTimeOffset? deployed = null;
        WhenDeployed(() => deployed = _run.Clock.Time.GetUtcNow());
        _run.Pulse = _ => RunHarness.Beat(
            errors: deployed is null ? 20 : _run.Clock.Time.GetUtcNow() - deployed > TimeSpan.FromMinutes(10) ? errors : 0);

        var end = await _run.DeployAsync(RunHarness.Plan(1, gates: TenMinutes));

        Assert.Equal(outcome, end.Of(1).Outcome);
    }

    [Fact]
    public async Task A_host_that_gives_no_pulse_any_more_is_not_taken_for_well()
    {
        AfterTheDeploy(number => number == 1 ? null : RunHarness.Beat());

        var end = await _run.DeployAsync(OneWave(RunHarness.Plan(2, gates: TenMinutes)));

        Assert.Equal(DeployOutcome.Reverted, end.Of(1).Outcome);
        Assert.Contains("no answer to 3 looks", end.Of(1).Reason);
    }

    [Fact]
    public async Task A_host_beside_the_wave_that_never_answers_holds_no_look_up()
    {
        var deployed = false;
        WhenDeployed(() => deployed = true);
        _run.Pulse = number => RunHarness.Beat(restarts: deployed && number == 1 ? 1 : 0);
        var answer = _run.Channel.Answer;
        _run.Channel.Answer = (id, request) => deployed && id == RunHarness.Id(3)
            ? new FakeAnswer { After = TimeSpan.FromHours(1) }
            : answer(id, request);

        var end = await _run.DeployAsync(OneWave(RunHarness.Plan(3, gates: TenMinutes)));

        Assert.Equal(DeployOutcome.Reverted, end.Of(1).Outcome);
        // Given up before its time, and not waited for to its end.
        Assert.Single(_run.Channel.Cancelled);
    }

    [Fact]
    public async Task A_host_that_the_run_was_planned_without_is_not_asked()
    {
        var plan = RunHarness.Plan(3, gates: TenMinutes with { MaxUnreachable = new HostCount(1, false) });
        var gone = plan.Hosts[2] with { Obstacle = new FleetException(FailureKind.DeliveryTimedOut, "gone", "look") };

        await _run.DeployAsync(plan with { Hosts = [plan.Hosts[0], plan.Hosts[1], gone], Waves = [plan.Waves[0], plan.Waves[1]] });

        Assert.All(_run.Sends("pulse"), send => Assert.DoesNotContain(RunHarness.Id(3), send.InstanceIds));
    }

    [Fact]
    public async Task Within_the_budget_only_the_host_that_failed_goes_back()
    {
        AfterTheDeploy(number => number == 1 ? RunHarness.Beat(pid: 900) : RunHarness.Beat());

        var end = await _run.DeployAsync(
            RunHarness.Plan(3, gates: TenMinutes with { MaxFailure = new HostCount(1, false) }));

        Assert.Equal([DeployOutcome.Reverted, DeployOutcome.Deployed, DeployOutcome.Deployed], end.Outcomes);
    }

    [Fact]
    public async Task Stop_during_the_bake_is_heard()
    {
        _run.Signals.Say(DeploySignalKind.Stop, from: 3);

        var end = await _run.DeployAsync(RunHarness.Plan(2, gates: TenMinutes));

        Assert.Equal([DeployOutcome.Deployed, DeployOutcome.NotStarted], end.Outcomes);
        Assert.Equal(FailureKind.DeployStopped, end.Failure!.Kind);
    }

    private static ChangePlan OneWave(ChangePlan plan) => plan with { Waves = [plan.Waves[0]] };

    private void AfterTheDeploy(Func<int, string?> pulse)
    {
        var deployed = false;
        WhenDeployed(() => deployed = true);
        _run.Pulse = number => deployed ? pulse(number) : RunHarness.Beat();
    }

    private void WhenDeployed(Action then) => _run.Channel.SendFailure = request =>
    {
        if (request.Comment.Contains(" deploy ", StringComparison.Ordinal))
        {
            then();
        }

        return null;
    };
}
