using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.Core.Tests.Rollouts.Runs;

/// <summary>A resumed run with a host that an earlier attempt has moved and left half-way.</summary>
public sealed class MovedBeforeTests
{
    private readonly RunHarness _run = new();

    [Theory]
    [InlineData("locked")]
    [InlineData("refused")]
    public async Task Where_its_step_is_refused_it_goes_back_with_the_others(string word)
    {
        Answer(2, $"outcome {word}\nphase lock\nreason not now\n");

        var end = await _run.DeployAsync(Plan());

        Assert.Equal([DeployOutcome.Restored, DeployOutcome.Reverted], end.Outcomes);
        Assert.Equal([RunHarness.Id(1), RunHarness.Id(2)], BackIds());
        Assert.EndsWith("Every host that was touched is verified back.", end.Failure!.Message);
        Assert.DoesNotContain("not changed", end.Failure.Action);
    }

    [Fact]
    public async Task Where_the_way_back_is_refused_too_it_is_named_as_not_back()
    {
        Answer(2, "outcome locked\nphase lock\nreason not now\n");
        _run.Back = number => number == 2 ? "outcome locked\nphase lock\nreason not now\n" : $"outcome restored\nrunning {RunHarness.Old}\n";

        var end = await _run.DeployAsync(Plan());

        Assert.Equal([DeployOutcome.Restored, DeployOutcome.Failed], end.Outcomes);
        Assert.Equal(FailureKind.RestoreFailed, end.Failure!.Kind);
        Assert.Contains("NOT verified back: host-2", end.Failure.Message);
    }

    [Fact]
    public async Task Where_it_is_fenced_it_is_told_as_failed_and_nothing_is_taken_back()
    {
        Answer(2, "outcome fenced\nphase fence\nreason a later run\n");

        var end = await _run.DeployAsync(Plan());

        Assert.Equal([DeployOutcome.Unknown, DeployOutcome.Failed], end.Outcomes);
        Assert.Equal(FailureKind.LockLost, end.Failure!.Kind);
        Assert.Empty(_run.Sends("back"));
    }

    [Fact]
    public async Task Where_its_turn_does_not_come_it_goes_back_with_the_others()
    {
        Answer(1, "outcome reverted\nphase ready\nreason sick\n");

        var end = await _run.DeployAsync(Plan());

        Assert.Equal([DeployOutcome.Reverted, DeployOutcome.Restored], end.Outcomes);
        Assert.Equal([RunHarness.Id(2)], BackIds());
    }

    [Fact]
    public async Task Where_somebody_else_moved_it_since_it_is_left_alone()
    {
        Answer(2, "outcome moved\nphase moved\nreason another release\n");

        var end = await _run.DeployAsync(Plan());

        Assert.Equal([DeployOutcome.Restored, DeployOutcome.Refused], end.Outcomes);
        Assert.Equal([RunHarness.Id(1)], BackIds());
    }

    [Fact]
    public async Task A_restore_tells_it_as_failed()
    {
        _run.Back = number => number == 2 ? "outcome locked\nphase lock\nreason not now\n" : $"outcome restored\nrunning {RunHarness.New}\n";

        var end = await _run.RestoreAsync(Plan());

        Assert.Equal([DeployOutcome.Restored, DeployOutcome.Failed], end.Outcomes);
        Assert.Equal(FailureKind.RestoreFailed, end.Failure!.Kind);
    }

    private static ChangePlan Plan()
    {
        var plan = RunHarness.Plan(2);
        var moved = plan.Hosts[1] with { WasMoved = true, Disk = RunHarness.New };
        return plan with { Attempt = 2, Hosts = [plan.Hosts[0], moved], Waves = [[plan.Hosts[0]], [moved]] };
    }

    private void Answer(int failing, string block) => _run.Deploy = number =>
        number == failing ? block : $"outcome deployed\nrunning {RunHarness.New}\npid 718\nrestarts 0\n";

    private IEnumerable<string> BackIds() => _run.Sends("back").SelectMany(send => send.InstanceIds).Order();
}
