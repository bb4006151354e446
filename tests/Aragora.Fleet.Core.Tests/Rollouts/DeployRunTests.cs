using Aragora.Fleet.Core.Tests.Rollouts.Runs;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.Core.Tests.Rollouts;

/// <summary>What a run tells when the way to the hosts breaks in the middle.</summary>
public sealed class DeployRunTests
{
    private readonly RunHarness _run = new();

    [Fact]
    public async Task Credentials_that_expire_between_waves_lose_no_result()
    {
        _run.Channel.SendFailure = request => request.Comment.Contains("wave 1", StringComparison.Ordinal) ||
            request.Comment.Contains(" claim ", StringComparison.Ordinal)
                ? null
                : new FleetException(FailureKind.CredentialExpired, "expired", "sign in");

        var (results, failure) = await RunAsync();

        Assert.Equal(
            [("host-1", DeployOutcome.Unknown), ("host-2", DeployOutcome.NotReached)],
            results.Select(r => (r.Name, r.Outcome)).Order());
        Assert.Equal(FailureKind.RestoreFailed, failure!.Kind);
        Assert.Contains("i-00000001", failure.Message);
    }

    [Fact]
    public async Task A_host_that_refuses_is_untouched_and_the_others_go_back()
    {
        _run.Deploy = number => number == 1
            ? $"outcome deployed\nrunning {RunHarness.New}\n"
            : "outcome refused\nphase moved\nreason someone was faster\n";

        var (results, failure) = await RunAsync();

        Assert.Equal(
            [("host-1", DeployOutcome.Restored), ("host-2", DeployOutcome.Refused)],
            results.Select(r => (r.Name, r.Outcome)).Order());
        Assert.Equal(FailureKind.DeployFailed, failure!.Kind);
        Assert.DoesNotContain(_run.Sends("back"), s => s.InstanceIds.Contains("i-00000002"));
    }

    [Fact]
    public async Task A_host_whose_answer_is_lost_is_asked_again_and_never_taken_for_deployed()
    {
        _run.Deploy = _ => null;
        _run.Back = _ => null;

        var (results, failure) = await RunAsync();

        Assert.Equal(DeployOutcome.Unknown, results.Single(r => r.Name == "host-1").Outcome);
        Assert.Equal(DeployOutcome.NotStarted, results.Single(r => r.Name == "host-2").Outcome);
        Assert.Equal(FailureKind.RestoreFailed, failure!.Kind);
        Assert.Equal(3, _run.Sends("deploy").Count(send => send.Comment.Contains("wave 1")));
    }

    /// <summary>The pipeline takes the time for delivery for the time that the script may run, which is then an hour.</summary>
    [Fact]
    public async Task The_time_to_take_a_step_up_and_the_time_to_run_it_are_two()
    {
        await RunAsync();

        var settings = new FleetSettings();
        Assert.NotEqual(settings.DeliveryTimeout, settings.StepTimeout);
        Assert.All(_run.Sends("deploy"), send => Assert.Equal(
            (settings.DeliveryTimeout, settings.StepTimeout), (send.DeliveryTimeout, send.ExecutionTimeout)));
        Assert.All(_run.Sends("claim"), send => Assert.Equal(settings.ReadTimeout, send.ExecutionTimeout));
    }

    private async Task<(IReadOnlyList<DeployResult> Results, FleetException? Failure)> RunAsync()
    {
        var end = await _run.DeployAsync(RunHarness.Plan(2));
        return (end.Results, end.Failure);
    }
}
