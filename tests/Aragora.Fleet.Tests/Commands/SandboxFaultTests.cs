using System.Management.Automation;
using Aragora.Fleet.Commands;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Sandboxes;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>Set-AragoraSandboxFault: what it sets, what it ends, and where it refuses.</summary>
public sealed class SandboxFaultTests : IDisposable
{
    private readonly EngineHost _engine = EngineHost.Open();

    public SandboxFaultTests() => Run("$null = Connect-AragoraFleet -Sandbox -VirtualHost 3");

    public void Dispose()
    {
        _engine.Run("Disconnect-AragoraFleet");
        _engine.Dispose();
    }

    [Fact]
    public void A_fault_strikes_the_hosts_that_are_piped_in_until_it_is_ended()
    {
        var fault = Run(
            $"Get-AragoraInstance {SandboxFleet.Api2} | Set-AragoraSandboxFault LostReply -Delay 0 -PassThru")
            .Values.Cast<SandboxFault>().Single();
        Assert.Equal(SandboxFaultKind.LostReply, fault.Kind);
        Assert.Equal([SandboxFleet.Api2], fault.InstanceIds);

        var struck = _engine.Run("Get-AragoraFleetVersion");
        var error = Assert.Single(struck.Errors);
        Assert.Equal("DeliveryTimedOut", SandboxFleet.Id(error));
        Assert.Equal(SandboxFleet.Api2, ((HostTarget)error.TargetObject).InstanceId);
        Assert.Equal(3, struck.Output.Count);

        Assert.Empty(Run("Set-AragoraSandboxFault LostReply -Clear -PassThru").Output);
        Run("Get-AragoraFleetVersion");
    }

    [Fact]
    public void A_count_ends_a_fault_by_itself()
    {
        Run("Set-AragoraSandboxFault ExpiredCredentials -ApiAction SendCommand -Count 1");

        var failed = _engine.RunToFailure("Get-AragoraFleetVersion");
        Assert.Equal("CredentialExpired", SandboxFleet.Id(failed.TerminatingError!));
        Run("Get-AragoraFleetVersion");
    }

    [Fact]
    public async Task A_send_that_was_accepted_and_answered_500_runs_a_users_text_once_and_says_unknown()
    {
        Run("Set-AragoraSandboxFault ErrorAfterAcceptance -ApiAction SendCommand -Count 1");

        var result = _engine.Run("Invoke-AragoraCommand -All -Script 'echo once' -Confirm:$false");

        Assert.All(result.Values.Cast<CommandResult>(), row => Assert.Equal(CommandState.Unknown, row.State));
        Assert.Equal(3, result.Errors.Count);
        Assert.All(result.Errors, error => Assert.Equal("ServiceUnavailable", SandboxFleet.Id(error)));
        var sandbox = _engine.InSession(FleetSession.Require).Sandbox!;
        Assert.Equal(1, await SandboxTally.CallsAsync(sandbox, "SendCommand"));
        // The answer does not wait for the hosts.
        while ((await SandboxTally.HostsAsync(sandbox)).Executions < 3)
            await Task.Delay(10);
        Assert.Equal(new HostCounts(3, 3, 3, 1), await SandboxTally.HostsAsync(sandbox));
    }

    [Fact]
    public void An_action_is_meant_in_any_case() => Assert.Equal(
        "SendCommand",
        Run("Set-AragoraSandboxFault Throttling -ApiAction sendCOMMAND -PassThru").Values.Cast<SandboxFault>().Single().ApiAction);

    [Fact]
    public void A_clock_that_is_wrong_is_made_good_by_the_sdk()
    {
        Run("Set-AragoraSandboxFault ClockSkew -Delay 1:0:0");

        Assert.Equal(3, Run("Get-AragoraFleetVersion").Output.Count);
    }

    [Fact]
    public void WhatIf_sets_nothing()
    {
        Run("Set-AragoraSandboxFault ServerError -WhatIf");

        Assert.Empty(Run("Set-AragoraSandboxFault -Clear -PassThru").Output);
        Run("Get-AragoraFleetVersion");
    }

    [Fact]
    public void An_empty_pipeline_strikes_nobody()
    {
        Run("Get-AragoraInstance -Name nobody* | Set-AragoraSandboxFault AgentOffline");

        Run("Get-AragoraFleetVersion");
    }

    [Theory]
    [InlineData("NoSuchKind")]
    [InlineData("LostReply -Rate 1.5")]
    [InlineData("LostReply -Count 0")]
    [InlineData("")]
    public void What_is_no_fault_is_refused_before_anything_is_asked(string arguments) =>
        Assert.IsAssignableFrom<ParameterBindingException>(
            _engine.RunToFailure($"Set-AragoraSandboxFault {arguments}").Exception);

    [Theory]
    [InlineData("EventualConsistency -Delay 0:1:0", "10 s at most")]
    [InlineData("LostReply -CallsPerSecond 5", "Throttling alone")]
    [InlineData("Throttling -ApiAction SendNothing", "no API action SendNothing")]
    [InlineData("LostReply -InstanceId i-00000000", "no host i-00000000")]
    [InlineData("HostReboot", "these are virtual")]
    [InlineData("LostReply -Phase install", "these are virtual")]
    public void What_the_sandbox_does_not_take_is_said(string arguments, string message)
    {
        var error = _engine.RunToFailure($"Set-AragoraSandboxFault {arguments}").TerminatingError!;

        Assert.Equal("RequestRejected", SandboxFleet.Id(error));
        Assert.Contains(message, error.ErrorDetails.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tab_completes_the_kinds_and_the_actions()
    {
        Assert.Contains("LostReply", Completions("Set-AragoraSandboxFault Los"));
        Assert.Contains("SendCommand", Completions("Set-AragoraSandboxFault Throttling -ApiAction Send"));
        Assert.Contains("install", Completions("Set-AragoraSandboxFault LostReply -Phase ins"));
    }

    [Theory]
    [InlineData("https://ssm.us-east-2.amazonaws.com/", "secret")]
    [InlineData("http://127.0.0.1:9/", null)]
    [InlineData(null, "secret")]
    public void What_is_no_sandbox_is_refused_and_never_sees_the_token(string? endpoint, string? token)
    {
        var failure = Assert.Throws<Failures.FleetException>(
            () => SandboxControl.Of(endpoint is null ? null : new Uri(endpoint), token));

        Assert.Equal(Failures.FailureKind.NotASandbox, failure.Kind);
    }

    [Fact]
    public void Real_AWS_is_refused_even_with_WhatIf()
    {
        _engine.InSession(() => FleetSession.Set(Session.FakeSandbox.Connect(null)));

        var refused = _engine.RunToFailure("Set-AragoraSandboxFault LostReply -WhatIf");
        Assert.Equal("NotASandbox", SandboxFleet.Id(refused.TerminatingError!));
    }

    private List<string> Completions(string line)
    {
        _engine.SetVariable("line", line);
        return
        [
            .. _engine.Run(
                "[System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null)"
                + ".CompletionMatches | ForEach-Object { $_.CompletionText }").Values.Cast<string>(),
        ];
    }

    private EngineResult Run(string script)
    {
        var result = _engine.Run(script);
        Assert.True(
            result.Exception is null && result.Errors.Count == 0,
            $"{script}\n{result.Exception}\n{string.Join('\n', result.Errors)}");
        return result;
    }
}
