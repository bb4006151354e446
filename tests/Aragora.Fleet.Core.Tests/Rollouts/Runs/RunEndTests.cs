using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Rollouts.Signals;

namespace Aragora.Fleet.Core.Tests.Rollouts.Runs;

/// <summary>What ends a run from outside: a lost lock, a signal, an approval that does not come, Ctrl+C.</summary>
public sealed class RunEndTests
{
    private readonly RunHarness _run = new();

    private static DeployGates Approve => new() { Approve = true, ApprovalTimeout = TimeSpan.FromMinutes(5) };

    [Fact]
    public async Task A_lost_lock_starts_no_further_host_takes_nothing_back_and_says_what_is_where()
    {
        _run.Lock.LostAt = 2;

        var end = await _run.DeployAsync(RunHarness.Plan(3));

        Assert.Equal([DeployOutcome.Unknown, DeployOutcome.NotStarted, DeployOutcome.NotStarted], end.Outcomes);
        Assert.Equal(FailureKind.LockLost, end.Failure!.Kind);
        Assert.Contains("Unknown: host-1 (i-00000001)", end.Failure.Message);
        Assert.Contains("NotStarted: host-2 (i-00000002), host-3 (i-00000003)", end.Failure.Message);
        Assert.Contains($"Resume-AragoraDeploy -DeployId {RunHarness.DeployId}", end.Failure.Action);
        Assert.Empty(_run.Sends("back"));
    }

    [Fact]
    public async Task What_was_verified_before_the_lock_was_lost_is_told_as_last_seen_and_not_as_it_is()
    {
        _run.Lock.LostAt = 2;
        var plan = RunHarness.Plan(3);
        plan = plan with
        {
            Attempt = 2,
            Hosts = [plan.Hosts[0] with { IsDone = true }, plan.Hosts[1], plan.Hosts[2]],
            Waves = [plan.Waves[1], plan.Waves[2]],
        };

        var end = await _run.DeployAsync(plan);

        Assert.Equal([DeployOutcome.Unknown, DeployOutcome.Unknown, DeployOutcome.NotStarted], end.Outcomes);
        Assert.All([end.Of(1), end.Of(2)], result =>
        {
            Assert.Null(result.RunningCommit);
            Assert.Contains("verified at the target before the fleet lock was lost", result.Reason, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_lock_that_is_known_to_be_lost_when_the_last_wave_ends_is_no_success()
    {
        _run.Deploy = _ =>
        {
            _run.Lock.Break();
            return "outcome deployed\n";
        };

        var end = await _run.DeployAsync(RunHarness.Plan(2, "2"));

        Assert.Equal([DeployOutcome.Unknown, DeployOutcome.Unknown], end.Outcomes);
        Assert.Equal(FailureKind.LockLost, end.Failure!.Kind);
    }

    [Fact]
    public async Task A_step_that_a_reboot_cut_short_is_not_told_as_a_fault_of_the_release()
    {
        _run.Deploy = number => number == 1
            ? "outcome unknown\nphase restart\nreason the step ended without an outcome, killed or by a reboot\n" : "outcome deployed\n";

        var end = await _run.DeployAsync(RunHarness.Plan(2));

        Assert.Equal(FailureKind.DeployFailed, end.Failure!.Kind);
        Assert.DoesNotContain("fix the release", end.Failure.Action, StringComparison.Ordinal);
        Assert.Contains("cut short", end.Failure.Action, StringComparison.Ordinal);
        Assert.Contains("deploy again", end.Failure.Action, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_that_is_lost_on_the_way_back_leaves_the_rest_as_it_is()
    {
        // Asked before each of five waves, then before each of the groups that go back.
        _run.Lock.LostAt = 7;
        _run.Deploy = number => number == 5 ? "outcome reverted\nphase ready\nreason x\n" : "outcome deployed\n";

        var end = await _run.DeployAsync(RunHarness.Plan(5));

        Assert.Equal(
            [DeployOutcome.Unknown, DeployOutcome.Unknown, DeployOutcome.Restored, DeployOutcome.Restored, DeployOutcome.Reverted],
            end.Outcomes);
        Assert.Equal(FailureKind.LockLost, end.Failure!.Kind);
    }

    [Fact]
    public async Task A_host_that_has_seen_a_later_holder_ends_the_run_as_a_lost_lock()
    {
        _run.Deploy = number => number == 2 ? "outcome fenced\nphase fence\nreason token 7 is older than 9\n" : "outcome deployed\n";

        var end = await _run.DeployAsync(RunHarness.Plan(3, gates: new DeployGates { MaxFailure = new HostCount(3, false) }));

        Assert.Equal([DeployOutcome.Unknown, DeployOutcome.Refused, DeployOutcome.NotStarted], end.Outcomes);
        Assert.Equal(FailureKind.LockLost, end.Failure!.Kind);
        Assert.Empty(_run.Sends("back"));
    }

    [Fact]
    public async Task A_host_whose_fence_is_damaged_is_a_host_that_failed_and_no_lost_lock()
    {
        _run.Deploy = number => number == 2 ? "outcome refused\nphase fence\nreason fence is damaged\n" : "outcome deployed\n";

        var end = await _run.DeployAsync(RunHarness.Plan(3, gates: new DeployGates { MaxFailure = new HostCount(3, false) }));

        Assert.Equal([DeployOutcome.Deployed, DeployOutcome.Refused, DeployOutcome.Deployed], end.Outcomes);
        Assert.Equal(FailureKind.DeployFailed, end.Failure!.Kind);
    }

    [Fact]
    public async Task Stop_from_another_shell_starts_no_further_host_and_leaves_what_is_done()
    {
        _run.Signals.Say(DeploySignalKind.Stop, from: 2);

        var end = await _run.DeployAsync(RunHarness.Plan(3));

        Assert.Equal([DeployOutcome.Deployed, DeployOutcome.NotStarted, DeployOutcome.NotStarted], end.Outcomes);
        Assert.Equal(FailureKind.DeployStopped, end.Failure!.Kind);
        Assert.Contains("alice stopped the run: because", end.Failure.Message);
        Assert.True(_run.Signals.AreCleared);
    }

    [Fact]
    public async Task Restore_from_another_shell_takes_back_what_is_done_whatever_OnFailure_says()
    {
        _run.Signals.Say(DeploySignalKind.Restore, from: 3);

        var end = await _run.DeployAsync(RunHarness.Plan(3) with { OnFailure = FailureAction.Stop });

        Assert.Equal([DeployOutcome.Restored, DeployOutcome.Restored, DeployOutcome.NotStarted], end.Outcomes);
        Assert.Equal(FailureKind.DeployStopped, end.Failure!.Kind);
        Assert.Contains("Every host that was touched is verified back.", end.Failure.Message);
    }

    [Fact]
    public async Task The_run_waits_after_its_canary_and_goes_on_when_it_is_approved()
    {
        _run.Signals.Say(DeploySignalKind.Approve, from: 9);

        var end = await _run.DeployAsync(RunHarness.Plan(3, gates: Approve));

        Assert.Null(end.Failure);
        Assert.All(end.Outcomes, outcome => Assert.Equal(DeployOutcome.Deployed, outcome));
        Assert.Contains($"Approve-AragoraDeploy -DeployId {RunHarness.DeployId}", _run.Notices);
        Assert.Contains($"Deny-AragoraDeploy -DeployId {RunHarness.DeployId}", _run.Notices);
    }

    [Fact]
    public async Task A_canary_that_is_denied_goes_back()
    {
        _run.Signals.Say(DeploySignalKind.Deny, from: 4);

        var end = await _run.DeployAsync(RunHarness.Plan(3, gates: Approve));

        Assert.Equal([DeployOutcome.Restored, DeployOutcome.NotStarted, DeployOutcome.NotStarted], end.Outcomes);
        Assert.Equal(FailureKind.ApprovalDenied, end.Failure!.Kind);
    }

    [Fact]
    public async Task A_canary_that_nobody_approves_in_time_goes_back()
    {
        var end = await _run.DeployAsync(RunHarness.Plan(3, gates: Approve));

        Assert.Equal([DeployOutcome.Restored, DeployOutcome.NotStarted, DeployOutcome.NotStarted], end.Outcomes);
        Assert.Equal(FailureKind.ApprovalExpired, end.Failure!.Kind);
        Assert.True(_run.Signals.Asked > 100);
    }

    [Fact]
    public async Task A_lock_that_is_lost_while_the_run_waits_ends_it_at_once()
    {
        _run.Lock.LostAt = 5;

        var end = await _run.DeployAsync(RunHarness.Plan(2, gates: Approve));

        Assert.Equal([DeployOutcome.Unknown, DeployOutcome.NotStarted], end.Outcomes);
        Assert.Equal(FailureKind.LockLost, end.Failure!.Kind);
    }

    [Fact]
    public async Task Ctrl_C_while_the_run_waits_leaves_the_canary()
    {
        _run.Channel.SendFailure = request =>
        {
            if (request.Comment.Contains(" deploy ", StringComparison.Ordinal))
            {
                _run.Stop.Cancel();
            }

            return null;
        };

        var end = await _run.DeployAsync(RunHarness.Plan(2, gates: Approve));

        Assert.True(end.WasInterrupted);
        Assert.False(_run.Signals.AreCleared);
        Assert.Null(end.Failure);
        Assert.Equal([DeployOutcome.Deployed, DeployOutcome.NotStarted], end.Outcomes);
        Assert.Empty(_run.Notices);
    }

    [Fact]
    public async Task A_resumed_run_whose_canary_is_done_still_waits_for_its_approval()
    {
        var plan = RunHarness.Plan(2, gates: Approve);
        var done = plan.Hosts[0] with { IsDone = true };

        var end = await _run.DeployAsync(plan with { Attempt = 2, Hosts = [done, plan.Hosts[1]], Waves = [plan.Waves[1]] });

        Assert.Equal([DeployOutcome.Restored, DeployOutcome.NotStarted], end.Outcomes);
        Assert.Equal(FailureKind.ApprovalExpired, end.Failure!.Kind);
    }

    [Theory]
    [InlineData(DeploySignalKind.Stop)]
    [InlineData(DeploySignalKind.Restore)]
    [InlineData(DeploySignalKind.Deny)]
    public async Task What_was_said_to_an_attempt_that_died_is_not_heard_by_the_next(DeploySignalKind kind)
    {
        _run.Signals.Say(kind);

        var end = await _run.DeployAsync(RunHarness.Plan(2) with { Attempt = 2 });

        var told = Assert.Single(_run.Log.Warnings);
        Assert.Contains($"alice said {kind} to the attempt before", told, StringComparison.Ordinal);
        Assert.Contains("because", told, StringComparison.Ordinal);
        Assert.Null(end.Failure);
        Assert.All(end.Outcomes, outcome => Assert.Equal(DeployOutcome.Deployed, outcome));
    }

    [Fact]
    public async Task An_approval_outlives_the_attempt_that_it_was_given_to()
    {
        _run.Signals.Say(DeploySignalKind.Approve);

        var end = await _run.DeployAsync(RunHarness.Plan(2, gates: Approve) with { Attempt = 2 });

        Assert.Null(end.Failure);
        Assert.Empty(_run.Notices);
        Assert.Empty(_run.Log.Warnings);
    }

    [Fact]
    public async Task An_approval_does_not_overrule_a_denial()
    {
        _run.Signals.Say(DeploySignalKind.Deny);
        _run.Signals.Say(DeploySignalKind.Approve);

        var end = await _run.DeployAsync(RunHarness.Plan(2, gates: Approve));

        Assert.Equal(FailureKind.ApprovalDenied, end.Failure!.Kind);
    }

    [Theory]
    [InlineData(DeploySignalKind.Approve, DeploySignalKind.Deny)]
    [InlineData(DeploySignalKind.Deny, DeploySignalKind.Approve)]
    public async Task An_approval_that_somebody_denied_is_asked_for_again_by_the_next_attempt(
        DeploySignalKind first, DeploySignalKind second)
    {
        _run.Signals.Say(first);
        _run.Signals.Say(second);

        var end = await _run.DeployAsync(RunHarness.Plan(2, gates: Approve) with { Attempt = 2 });

        Assert.Equal(FailureKind.ApprovalExpired, end.Failure!.Kind);
    }
}
