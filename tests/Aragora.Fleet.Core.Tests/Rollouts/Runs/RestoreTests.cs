using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;

namespace Aragora.Fleet.Core.Tests.Rollouts.Runs;

/// <summary>A run that goes back has nothing to go back to.</summary>
public sealed class RestoreTests
{
    private readonly RunHarness _run = new();

    public RestoreTests() => _run.Back = _ => $"outcome restored\nrunning {RunHarness.New}\npid 718\nrestarts 0\n";

    [Fact]
    public async Task It_goes_through_lock_and_claim_and_its_hosts_are_told_wave_by_wave()
    {
        var end = await _run.RestoreAsync(RunHarness.Plan(3));

        Assert.Null(end.Failure);
        Assert.Equal(["host-1", "host-2", "host-3"], end.Results.Select(result => result.Name));
        Assert.All(end.Outcomes, outcome => Assert.Equal(DeployOutcome.Restored, outcome));
        Assert.Single(_run.Sends("claim"));
        Assert.True(_run.Lock.Asked >= 3);
    }

    [Fact]
    public async Task It_stops_beyond_its_budget()
    {
        FailAt(1);

        var end = await _run.RestoreAsync(RunHarness.Plan(3));

        Assert.Equal([DeployOutcome.Failed, DeployOutcome.NotStarted, DeployOutcome.NotStarted], end.Outcomes);
        Assert.Equal(FailureKind.RestoreFailed, end.Failure!.Kind);
        Assert.EndsWith(
            $"; then Restore-AragoraCommit -DeployId {RunHarness.DeployId}, or -CommitSha with a commit that is known to run.", end.Failure.Action);
        Assert.Single(_run.Sends("restore"));
        Assert.Empty(_run.Sends("back"));
    }

    [Fact]
    public async Task Within_its_budget_it_goes_on()
    {
        FailAt(1);

        var end = await _run.RestoreAsync(
            RunHarness.Plan(3, gates: new DeployGates { MaxFailure = new HostCount(1, false) }));

        Assert.Equal([DeployOutcome.Failed, DeployOutcome.Restored, DeployOutcome.Restored], end.Outcomes);
        Assert.Equal(FailureKind.RestoreFailed, end.Failure!.Kind);
    }

    [Fact]
    public async Task A_host_that_fails_its_bake_is_told_as_failed_and_stays()
    {
        _run.Pulse = number => RunHarness.Beat(pid: number == 1 && _run.Sends("restore").Any() ? 900 : 718);

        var end = await _run.RestoreAsync(
            RunHarness.Plan(2, gates: new DeployGates { BakeTime = TimeSpan.FromMinutes(1) }));

        Assert.Equal([DeployOutcome.Failed, DeployOutcome.NotStarted], end.Outcomes);
        Assert.Equal("bake", end.Of(1).Phase);
        Assert.Empty(_run.Sends("back"));
    }

    private void FailAt(int failing) => _run.Back = number =>
        number == failing ? "outcome failed\nphase ready\nreason sick\n" : "outcome restored\n";
}
