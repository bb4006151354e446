using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.History;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>How much may go wrong in a run, through the cmdlets. On virtual hosts.</summary>
public sealed class BudgetTests : IDisposable
{
    // Takes the command up never, and says so at once.
    private const string Unplug = "Set-AragoraSandboxFault DeliveryTimeout -Delay 0 -InstanceId " + SandboxFleet.Al2023First;

    private readonly VirtualSession _fleet = new();
    private readonly Dictionary<string, string?> _before;

    public BudgetTests() => _before = _fleet.Running();

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public void A_host_that_cannot_be_reached_stops_the_deploy_before_anything()
    {
        _fleet.Succeed(Unplug);

        var error = _fleet.Engine.RunToFailure("Invoke-AragoraDeploy -Ref v2.9.0 -All -SettleTime 0 -Confirm:$false").TerminatingError!;

        Assert.Equal(nameof(FailureKind.Undeliverable), SandboxFleet.Id(error));
        Assert.StartsWith(
            $"1 host is unreachable, -MaxUnreachable is 0: nothing was begun. aragora-al2023-1 ({SandboxFleet.Al2023First}): ", error.Exception.Message);
        Assert.Contains("-MaxUnreachable 1", error.ErrorDetails.RecommendedAction);
        _fleet.Succeed("Set-AragoraSandboxFault -Clear");
        Assert.Equal(_before, _fleet.Running());
    }

    [Fact]
    public void Within_MaxUnreachable_it_is_left_out_told_and_the_others_get_the_release()
    {
        _fleet.Succeed(Unplug);

        var result = _fleet.Engine.Run(
            "Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1, 100% -MaxUnreachable 1 -SettleTime 0 -Confirm:$false");

        var results = SandboxFleet.Results(result).ToDictionary(host => host.InstanceId);
        Assert.Equal(DeployOutcome.NotReached, results[SandboxFleet.Al2023First].Outcome);
        Assert.Equal(3, results.Values.Count(host => (host.Outcome, host.RunningCommit) == (DeployOutcome.Deployed, VirtualSession.V290)));
        var error = Assert.Single(result.Errors);
        Assert.Equal(nameof(FailureKind.DeployFailed), SandboxFleet.Id(error));
        Assert.Contains($"Not reached, and so not changed: aragora-al2023-1 ({SandboxFleet.Al2023First})", error.Exception.Message);
        Assert.Contains("3 host(s) stay at v2.9.0", error.Exception.Message);
        _fleet.Succeed("Set-AragoraSandboxFault -Clear");
        Assert.Equal(_before[SandboxFleet.Al2023First], _fleet.Running()[SandboxFleet.Al2023First]);

        var record = (DeployRecord)_fleet.Succeed("Get-AragoraDeploy").Values.Single()!;
        Assert.Equal((DeployState.Completed, "3 Done, 1 left out", 1), (record.State, record.Summary, record.MissingHostCount));
        Assert.Equal(
            DeployOutcome.Deployed, Assert.Single(SandboxFleet.Results(_fleet.Succeed($"{record.Next} -SettleTime 0 -Confirm:$false"))).Outcome);
        Assert.Equal(VirtualSession.V290, _fleet.Running()[SandboxFleet.Al2023First]);
    }

    [Fact]
    public void A_host_that_is_lost_after_its_claim_is_never_told_as_unchanged_for_certain()
    {
        var result = _fleet.Engine.Run(
            $"Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1, 3 -MaxFailure 1 -MaxUnreachable 1 -SettleTime 0 -Confirm:$false -Gate {{ {Unplug} }}");

        var results = SandboxFleet.Results(result).ToDictionary(host => host.InstanceId);
        Assert.Contains(results[SandboxFleet.Al2023First].Outcome, new[] { DeployOutcome.Unknown, DeployOutcome.NotReached });
        Assert.Single(result.Errors);
        Assert.Equal(3, results.Values.Count(host => host.Outcome == DeployOutcome.Deployed));
    }

    [Fact]
    public void MaxFailure_counts_over_the_whole_run_and_beyond_it_every_host_goes_back()
    {
        var result = _fleet.Engine.Run(
            "$n = 0; Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1 -MaxFailure 1 -SettleTime 0 -Confirm:$false "
            + "-Gate { $global:n++; $global:n -notin 2, 3 }");

        Assert.Equal(
            [(null, DeployOutcome.NotStarted), (1, DeployOutcome.Restored), (2, DeployOutcome.Reverted), (3, DeployOutcome.Reverted)],
            SandboxFleet.Results(result).Select(host => (host.Wave, host.Outcome)).Order());
        Assert.Equal(nameof(FailureKind.DeployFailed), SandboxFleet.Id(Assert.Single(result.Errors)));
        Assert.Equal(_before, _fleet.Running());
    }

    [Fact]
    public void A_canary_that_nobody_approves_in_time_goes_back_and_the_lock_is_free()
    {
        var result = _fleet.Engine.Run(
            "Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1, 3 -Approve -ApprovalTimeout 0:0:1 -SettleTime 0 -Confirm:$false");

        Assert.Equal(nameof(FailureKind.ApprovalExpired), SandboxFleet.Id(Assert.Single(result.Errors)));
        var results = SandboxFleet.Results(result);
        Assert.Single(results, host => host.Outcome == DeployOutcome.Restored);
        Assert.Equal(3, results.Count(host => host.Outcome == DeployOutcome.NotStarted));
        Assert.Equal(_before, _fleet.Running());
        Assert.Empty(_fleet.Succeed("Get-AragoraFleetLock").Output);
    }
}
