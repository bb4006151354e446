using System.Diagnostics;
using System.Management.Automation;
using Aragora.Fleet.Health;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>Wait-AragoraHealth through the pipeline, on hosts that execute the scripts.</summary>
public sealed class WaitHealthTests(SandboxFleet fleet) : IClassFixture<SandboxFleet>
{
    [Fact]
    public void A_fleet_that_is_well_is_answered_for_with_one_round()
    {
        var reports = fleet.Succeed("Wait-AragoraHealth").Values.Cast<HealthReport>().ToList();

        Assert.Equal(4, reports.Count);
        Assert.All(reports, report => Assert.Equal(Verdict.Healthy, report.Verdict));
    }

    [Fact]
    public void A_host_that_comes_back_is_waited_for_after_the_others()
    {
        fleet.Shell("systemctl stop aragora; systemd-run --unit=later /bin/bash -c 'sleep 3; systemctl start aragora'", SandboxFleet.Api2);

        var reports = fleet.Succeed("Get-AragoraInstance | Wait-AragoraHealth -Interval 0:0:1 -Timeout 0:1:0")
            .Values.Cast<HealthReport>().ToList();

        Assert.Equal(4, reports.Count);
        Assert.Equal((SandboxFleet.Api2, Verdict.Healthy), (reports[^1].InstanceId, reports[^1].Verdict));
    }

    [Fact]
    public void A_host_that_stays_ill_gives_its_last_report_and_then_its_error()
    {
        fleet.Shell("systemctl stop aragora", SandboxFleet.Api2);
        try
        {
            var result = fleet.Engine.Run(
                $"Wait-AragoraHealth {SandboxFleet.Api2}, {SandboxFleet.ApiServer} -Interval 0:0:1 -Timeout 0:0:4");

            Assert.Equal(
                [(SandboxFleet.ApiServer, Verdict.Healthy), (SandboxFleet.Api2, Verdict.Unhealthy)],
                result.Values.Cast<HealthReport>().Select(report => (report.InstanceId, report.Verdict)));
            var error = Assert.Single(result.Errors);
            Assert.Equal(("HealthWaitTimedOut", ErrorCategory.OperationTimeout), (SandboxFleet.Id(error), error.CategoryInfo.Category));
            Assert.Equal(SandboxFleet.Api2, ((HostTarget)error.TargetObject).InstanceId);
            Assert.Equal(
                [true, false],
                fleet.Engine.Run($"Wait-AragoraHealth {SandboxFleet.Api2}, {SandboxFleet.ApiServer} -Interval 0:0:1 -Timeout 0:0:2 -Quiet")
                    .Values.Cast<bool>());
        }
        finally
        {
            fleet.Shell("systemctl start aragora; until curl -sf http://127.0.0.1:8080/readyz; do sleep 0.1; done", SandboxFleet.Api2);
        }
    }

    [Fact]
    public void A_host_that_does_not_answer_is_unknown_and_not_well()
    {
        fleet.Succeed($"Set-AragoraSandboxFault AgentOffline -InstanceId {SandboxFleet.Api2}");
        try
        {
            var result = fleet.Engine.Run("Wait-AragoraHealth -Interval 0:0:1 -Timeout 0:0:4");

            var reports = result.Values.Cast<HealthReport>().ToList();
            Assert.Equal((SandboxFleet.Api2, Verdict.Unknown), (reports[^1].InstanceId, reports[^1].Verdict));
            Assert.Equal("HealthWaitTimedOut", SandboxFleet.Id(Assert.Single(result.Errors)));
            Assert.Equal(4, reports.Count);
        }
        finally
        {
            fleet.Succeed("Set-AragoraSandboxFault -Clear");
        }
    }

    [Fact]
    public void A_token_that_cannot_be_had_leaves_a_host_unknown_until_the_time_is_over()
    {
        var result = fleet.Engine.Run(
            $"Wait-AragoraHealth {SandboxFleet.Api2} -TokenSecret aragora/nothing#KEY -Interval 0:0:1 -Timeout 0:0:3");

        Assert.Equal(Verdict.Unknown, ((HealthReport)Assert.Single(result.Values)).Verdict);
        Assert.Contains("no such secret", Assert.Single(result.Errors).Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_ends_the_wait_at_once()
    {
        fleet.Succeed($"Set-AragoraSandboxFault AgentOffline -InstanceId {SandboxFleet.Api2}");
        try
        {
            var clock = Stopwatch.StartNew();

            var result = await fleet.Engine.RunAsync("Wait-AragoraHealth", Task.Delay(TimeSpan.FromSeconds(1)));

            Assert.IsType<PipelineStoppedException>(result.Exception);
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(15), $"{clock.Elapsed}");
        }
        finally
        {
            fleet.Succeed("Set-AragoraSandboxFault -Clear");
        }
    }

    [Fact]
    public void An_empty_pipeline_awaits_nobody() =>
        Assert.Empty(fleet.Succeed("Get-AragoraInstance -Name nobody* | Wait-AragoraHealth").Output);

    [Fact]
    public void What_cannot_become_well_is_said_at_once()
    {
        var result = fleet.Engine.Run($"Wait-AragoraHealth {SandboxFleet.Terminated}, i-00000000, {SandboxFleet.ApiServer}");

        Assert.Equal(
            [(SandboxFleet.Terminated, Verdict.Unknown), (SandboxFleet.ApiServer, Verdict.Healthy)],
            result.Values.Cast<HealthReport>().Select(report => (report.InstanceId, report.Verdict)));
        Assert.Equal(["InstanceNotFound", "InstanceNotRunning"], result.Errors.Select(SandboxFleet.Id).Order());
    }

    [Theory]
    [InlineData("-Timeout 0", "RequestRejected")]
    [InlineData("-Timeout 40.0:0:0", "RequestRejected")]
    [InlineData("-Interval 0:0:0.5", "RequestRejected")]
    [InlineData("-Timeout 0:0:5 -Interval 0:0:6", "RequestRejected")]
    [InlineData("-Timeout 0:0:5 -Stable 0:0:5", "RequestRejected")]
    [InlineData("-Stable -1", "RequestRejected")]
    [InlineData("-TokenSecret a#b#c", "TokenSecretInvalid")]
    public void Times_and_secrets_that_make_no_sense_are_refused_before_anything_is_asked(string arguments, string id)
    {
        var error = fleet.Engine.RunToFailure($"Wait-AragoraHealth {arguments}").TerminatingError!;

        Assert.Equal(id, SandboxFleet.Id(error));
    }
}
