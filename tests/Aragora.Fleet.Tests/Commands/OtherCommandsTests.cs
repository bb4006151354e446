using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.History;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>Commands of other senders that are under way on the hosts of a run. On virtual hosts.</summary>
public sealed class OtherCommandsTests : IDisposable
{
    private const string Comment = "ansible: rotate logs";

    // The host that sorts last is at it for a minute; no read sees a command at once.
    private const string Begin =
        $"Set-AragoraSandboxFault SlowHost -InstanceId {SandboxFleet.Al2023First} -Delay 0:1:0 -Count 1; $send.Invoke(); "
        + "while (-not (Get-AragoraCommand -State Running)) { }";

    private readonly VirtualSession _fleet = new();
    private readonly Dictionary<string, string?> _before;

    public OtherCommandsTests()
    {
        var connection = _fleet.Engine.InSession(FleetSession.Require);
        _fleet.Engine.SetVariable("send", new Action(() => Task.Run(() => SendAsync(connection)).GetAwaiter().GetResult()));
        _before = _fleet.Running();
    }

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public void A_command_on_the_last_host_starts_none_and_is_told_with_its_comment_and_since_when()
    {
        var now = DateTimeOffset.UtcNow;
        _fleet.Succeed(Begin);

        var result = _fleet.Engine.Run("Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1 -SettleTime 0 -Confirm:$false");

        var error = Assert.Single(result.Errors);
        Assert.Equal(nameof(FailureKind.CommandsUnderWay), SandboxFleet.Id(error));
        Assert.Contains($"aragora-al2023-1 ({SandboxFleet.Al2023First}): AWS-RunShellScript '{Comment}' since ", error.Exception.Message);
        Assert.Contains($"since {now:HH:}", error.Exception.Message);
        Assert.Contains("-Force and -Reason", error.ErrorDetails.RecommendedAction);
        Assert.All(SandboxFleet.Results(result), host => Assert.Equal(DeployOutcome.NotStarted, host.Outcome));
        Assert.Equal(4, SandboxFleet.Results(result).Count);
        Assert.Equal(_before, _fleet.Running());
    }

    [Fact]
    public void One_that_begins_between_waves_stops_before_the_next_wave_and_what_is_done_goes_back()
    {
        var result = _fleet.Engine.Run(
            "Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1, 3 -SettleTime 0 -Confirm:$false -Gate { " + Begin + " }");

        var error = Assert.Single(result.Errors);
        Assert.Equal(nameof(FailureKind.CommandsUnderWay), SandboxFleet.Id(error));
        Assert.Contains("wave 2", error.Exception.Message);
        Assert.Contains("verified back", error.Exception.Message);
        var results = SandboxFleet.Results(result);
        Assert.Single(results, host => host.Outcome == DeployOutcome.Restored);
        Assert.Equal(3, results.Count(host => host.Outcome == DeployOutcome.NotStarted));
        Assert.Equal(_before, _fleet.Running());
    }

    [Fact]
    public void Force_with_a_reason_goes_over_it_warns_and_leaves_a_trace_in_the_ledgers()
    {
        _fleet.Succeed(Begin);

        var result = _fleet.Succeed(
            "Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 100% -SettleTime 0 -Force -Reason 'INC-7' -Confirm:$false");

        Assert.All(SandboxFleet.Results(result), host => Assert.Equal(DeployOutcome.Deployed, host.Outcome));
        Assert.Contains(Comment, Assert.Single(result.Warnings));
        Assert.Equal(
            "INC-7 (forced)",
            Assert.Single(_fleet.Succeed("Get-AragoraDeploy -Last 1").Values.Cast<DeployRecord>()).Reason);
    }

    [Fact]
    public void A_restore_is_held_by_it_as_well()
    {
        _fleet.Deploy("v2.9.0");
        _fleet.Succeed(Begin);

        var error = Assert.Single(_fleet.Engine.Run("Restore-AragoraCommit -All -SettleTime 0 -Confirm:$false").Errors);

        Assert.Equal(nameof(FailureKind.CommandsUnderWay), SandboxFleet.Id(error));
        Assert.Contains("hosts of the plan", error.Exception.Message);
        Assert.All(_fleet.Running().Values, running => Assert.Equal(VirtualSession.V290, running));
    }

    // As somebody does who does not use this module.
    private static Task<string> SendAsync(FleetConnection connection) => connection.Backend.Commands.SendAsync(
        new SendRequest
        {
            Region = connection.Regions[0],
            InstanceIds = [SandboxFleet.Al2023First],
            Script = "#!/bin/bash\necho rotated\n",
            Comment = Comment,
            DeliveryTimeout = TimeSpan.FromMinutes(1),
            ExecutionTimeout = TimeSpan.FromMinutes(5),
        },
        CancellationToken.None);
}
