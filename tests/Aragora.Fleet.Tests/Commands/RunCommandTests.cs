using Aragora.Fleet.Commands;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>Text of the user's own on the hosts.</summary>
public sealed class RunCommandTests(SandboxFleet fleet) : IClassFixture<SandboxFleet>
{
    [Fact]
    public void A_script_runs_under_bash_as_root_with_a_home()
    {
        var result = Run("echo \"$BASH_VERSION\" | grep -c . ; id -u; echo $HOME; echo bad >&2; exit 3");

        Assert.Equal((CommandState.Failed, 3), (result.State, result.ExitCode));
        Assert.Equal("1\n0\n/root\n", result.StandardOutput);
        Assert.Equal("bad\n", result.StandardError);
        Assert.False(result.Truncated);
        Assert.NotNull(result.CommandId);
        Assert.NotNull(result.Duration);
    }

    [Theory]
    [InlineData("Get-AragoraInstance -Name aragora-api-2 | Invoke-AragoraCommand 'uname -n' -Confirm:$false")]
    [InlineData("Invoke-AragoraCommand 'uname -n' i-016b3e32625bf967e -Confirm:$false")]
    [InlineData("Invoke-AragoraCommand i-016b3e32625bf967e -Script 'uname -n' -Confirm:$false")]
    public void The_script_stands_first_and_the_hosts_come_through_the_pipe_or_after_it(string line) => Assert.Equal(
        "aragora-api-2\n", ((CommandResult)fleet.Succeed(line).Values.Single()).StandardOutput);

    [Fact]
    public void An_interpreter_line_of_its_own_is_honoured() =>
        Assert.Equal("awk\n", Run("#!/usr/bin/awk -f\nBEGIN { print \"awk\" }\n").StandardOutput);

    [Theory]
    [InlineData(137)]
    [InlineData(168)]
    [InlineData(169)]
    [InlineData(194)]
    [InlineData(255)]
    public void Exit_codes_that_mean_something_to_the_agent_come_back_as_they_are(int code) =>
        Assert.Equal((CommandState.Failed, code), (Run($"exit {code}").State, Run($"exit {code}").ExitCode));

    [Fact]
    public void Output_beyond_the_cut_comes_whole()
    {
        var result = Run("seq 1 60000; seq 1 9000 >&2");

        Assert.Equal(string.Join('\n', Enumerable.Range(1, 60000)) + "\n", result.StandardOutput);
        Assert.Equal(string.Join('\n', Enumerable.Range(1, 9000)) + "\n", result.StandardError);
        Assert.False(result.Truncated);
    }

    [Fact]
    public void Hostile_text_reaches_the_host_as_it_is()
    {
        const string Text = "it's \"quoted\" $(id) `id` ${HOME} \\ {{ .Names }} ünïcode 🚀";
        Assert.Equal(Text + "\n", Run($"cat <<'END'\n{Text}\nEND").StandardOutput);
    }

    [Fact]
    public void Carriage_returns_of_a_script_file_do_no_harm()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "\uFEFFif true; then\r\n  echo crlf\r\nfi\r\n");
            fleet.Engine.SetVariable("file", file);

            var result = fleet.Succeed($"Invoke-AragoraCommand {SandboxFleet.ApiServer} -Path $file -Confirm:$false");

            Assert.Equal("crlf\n", ((CommandResult)result.Values.Single()).StandardOutput);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_parameter_reference_is_refused_before_anything_is_sent()
    {
        fleet.Engine.SetVariable("text", "echo {{ ssm:/db/password }}");

        var error = fleet.Engine.RunToFailure("Invoke-AragoraCommand -All -Script $text -Confirm:$false").TerminatingError!;

        Assert.Equal("ParameterInterpolation", SandboxFleet.Id(error));
    }

    [Fact]
    public void A_script_beyond_its_time_is_killed_and_the_others_go_on()
    {
        var result = fleet.Engine.Run(
            "Invoke-AragoraCommand -All -ExecutionTimeout 0:0:5 -Confirm:$false " +
            "-Script 'if [ \"$(hostname)\" = aragora-api-2 ] || [ \"$AWS_SSM_INSTANCE_ID\" = i-016b3e32625bf967e ]; then sleep 60; fi; echo ok'");

        var results = result.Values.Cast<CommandResult>().ToDictionary(r => r.InstanceId);
        Assert.Equal(CommandState.TimedOut, results[SandboxFleet.Api2].State);
        Assert.Equal(3, results.Values.Count(r => r is { State: CommandState.Succeeded, StandardOutput: "ok\n" }));
        Assert.Equal("ExecutionTimedOut", SandboxFleet.Id(Assert.Single(result.Errors)));
    }

    [Theory]
    [InlineData("-DeliveryTimeout 0:0:29")]
    [InlineData("-ExecutionTimeout 0:0:4")]
    [InlineData("-ExecutionTimeout 49:0:0")]
    public void A_timeout_that_the_service_does_not_take_is_refused(string arguments) => Assert.Equal(
        "RequestRejected",
        SandboxFleet.Id(fleet.Engine.RunToFailure($"Invoke-AragoraCommand -All -Script id {arguments}").TerminatingError!));

    [Fact]
    public void Sending_without_waiting_names_the_command()
    {
        var results = fleet.Succeed("Invoke-AragoraCommand -All -Script id -NoWait -Confirm:$false").Values.Cast<CommandResult>();

        Assert.All(results, result => Assert.Equal(CommandState.Sent, result.State));
        Assert.Single(results.Select(result => result.CommandId).Distinct());
    }

    [Fact]
    public void WhatIf_runs_nothing()
    {
        fleet.Succeed("Invoke-AragoraCommand -All -Script 'touch /tmp/touched' -WhatIf");

        Assert.Equal("no", fleet.Shell("test -e /tmp/touched && echo yes || echo no"));
    }

    [Fact]
    public void A_failed_host_gives_its_result_and_then_its_error()
    {
        var result = fleet.Engine.Run($"Invoke-AragoraCommand {SandboxFleet.Api2}, {SandboxFleet.Terminated} -Script 'exit 4' -Confirm:$false");

        Assert.Equal(4, ((CommandResult)Assert.Single(result.Values)).ExitCode);
        Assert.Equal(["CommandFailed", "InstanceNotRunning"], result.Errors.Select(SandboxFleet.Id).Order());
    }

    [Fact]
    public void A_file_that_is_not_there_is_said_to_be_missing() => Assert.Equal(
        "FileUnreadable",
        SandboxFleet.Id(fleet.Engine.RunToFailure("Invoke-AragoraCommand -All -Path /no/such/file").TerminatingError!));

    private CommandResult Run(string text)
    {
        fleet.Engine.SetVariable("text", text);
        var result = fleet.Engine.Run($"Invoke-AragoraCommand {SandboxFleet.ApiServer} -Script $text -Confirm:$false");
        return (CommandResult)result.Values.Single();
    }
}
