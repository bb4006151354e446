using System.Management.Automation;
using Aragora.Fleet.Commands;
using Aragora.Fleet.History;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>Commands that were sent before: listed, awaited, received, stopped.</summary>
public sealed class PastCommandTests(SandboxFleet fleet) : IClassFixture<SandboxFleet>
{
    private const string Unknown = "0ab1c2d3-1111-2222-3333-444455556666";

    [Fact]
    public void The_history_has_one_object_for_each_command_and_host()
    {
        var id = Send("echo hello; exit 3", "-All -Reason CHG-17");
        fleet.Engine.Run($"Wait-AragoraCommand {id}");

        var rows = fleet.Succeed($"Get-AragoraCommand {id}").Values.Cast<CommandInvocation>().ToList();

        Assert.Equal(4, rows.Count);
        Assert.All(rows, row =>
        {
            Assert.Equal((CommandState.Failed, "Failed", 3), (row.State, row.StatusDetails, row.ExitCode));
            Assert.Equal(("production", "us-east-2"), (row.Environment, row.Region));
            Assert.StartsWith("aragora-", row.Name, StringComparison.Ordinal);
            Assert.Equal(("aragora-fleet run CHG-17", "AWS-RunShellScript"), (row.Comment, row.Document));
            Assert.NotNull(row.Requested);
            Assert.NotNull(row.Started);
            Assert.NotNull(row.Duration);
        });
    }

    [Fact]
    public void The_history_is_chosen_by_host_state_and_time()
    {
        var failed = Send("exit 3", SandboxFleet.Api2);
        fleet.Engine.Run($"Wait-AragoraCommand {failed}");

        Assert.Contains(failed, Ids($"Get-AragoraCommand -InstanceId {SandboxFleet.Api2} -State Failed"));
        Assert.Contains(failed, Ids($"Get-AragoraInstance {SandboxFleet.Api2} | Get-AragoraCommand -Status Failed"));
        Assert.DoesNotContain(failed, Ids($"Get-AragoraCommand -InstanceId {SandboxFleet.ApiServer}"));
        Assert.DoesNotContain(failed, Ids("Get-AragoraCommand -State Succeeded, Cancelled"));
        fleet.Engine.SetVariable("soon", DateTime.Now.AddHours(1));
        fleet.Engine.SetVariable("before", DateTime.UtcNow.AddHours(-1));
        Assert.Empty(Ids("Get-AragoraCommand -After $soon"));
        Assert.Empty(Ids("Get-AragoraCommand -Before $before"));
        Assert.Contains(failed, Ids("Get-AragoraCommand -After $before -Before $soon"));
    }

    [Fact]
    public void What_was_sent_without_waiting_is_awaited_through_the_pipeline()
    {
        fleet.Engine.SetVariable("text", "sleep 1; seq 1 9000; echo bad >&2");

        var results = fleet.Succeed("Invoke-AragoraCommand -All -Script $text -NoWait -Confirm:$false | Wait-AragoraCommand")
            .Values.Cast<CommandResult>().ToList();

        Assert.Equal(4, results.Count);
        Assert.All(results, result =>
        {
            Assert.Equal((CommandState.Succeeded, 0, false), (result.State, result.ExitCode, result.Truncated));
            Assert.Equal(string.Join('\n', Enumerable.Range(1, 9000)) + "\n", result.StandardOutput);
            Assert.Equal("bad\n", result.StandardError);
        });
    }

    [Fact]
    public void Several_commands_are_awaited_together_and_each_failure_follows_its_result()
    {
        var first = Send("exit 4", SandboxFleet.Api2);
        var second = Send("echo ok", SandboxFleet.ApiServer);

        var result = fleet.Engine.Run($"Wait-AragoraCommand {first}, {second}");

        Assert.Equal([0, 4], result.Values.Cast<CommandResult>().Select(r => r.ExitCode).Order());
        Assert.Equal("CommandFailed", SandboxFleet.Id(Assert.Single(result.Errors)));
    }

    [Fact]
    public void A_wait_that_is_over_leaves_the_command_alone_and_a_stop_ends_it()
    {
        var id = Send("sleep 60", "-All");

        var waited = fleet.Engine.Run($"Wait-AragoraCommand {id} -InstanceId {SandboxFleet.Api2} -Timeout 0:0:1");

        Assert.Equal(CommandState.Unknown, ((CommandResult)Assert.Single(waited.Values)).State);
        Assert.Equal("WaitTimedOut", SandboxFleet.Id(Assert.Single(waited.Errors)));
        var received = fleet.Succeed($"Receive-AragoraCommand {id}").Values.Cast<CommandResult>();
        Assert.All(received, result => Assert.Equal((CommandState.Running, ""), (result.State, result.StandardOutput)));

        fleet.Succeed($"Stop-AragoraCommand {id} -WhatIf");
        Assert.Equal(4, Ids($"Get-AragoraCommand {id} -State Running").Count);

        var stopped = fleet.Succeed(
            $"Get-AragoraCommand {id} -InstanceId {SandboxFleet.Api2} | Stop-AragoraCommand -Confirm:$false");
        Assert.Equal(
            (SandboxFleet.Api2, CommandState.Cancelled),
            (((CommandResult)Assert.Single(stopped.Values)).InstanceId, ((CommandResult)stopped.Values.Single()).State));
        Assert.Equal(3, Ids($"Get-AragoraCommand {id} -State Running").Count);

        var rest = fleet.Succeed($"Stop-AragoraCommand {id} -Confirm:$false").Values.Cast<CommandResult>();
        Assert.All(rest, result => Assert.Equal(CommandState.Cancelled, result.State));
        Assert.Equal("CommandCancelled", SandboxFleet.Id(fleet.Engine.Run($"Wait-AragoraCommand {id}").Errors[0]));
    }

    [Fact]
    public void Stopping_what_has_ended_says_how_it_ended()
    {
        var id = Send("echo ok", SandboxFleet.Api2);
        fleet.Succeed($"Wait-AragoraCommand {id}");

        var result = (CommandResult)fleet.Succeed($"Stop-AragoraCommand {id} -Confirm:$false").Values.Single();

        Assert.Equal(CommandState.Succeeded, result.State);
    }

    [Fact]
    public void A_step_of_a_deploy_is_not_cancelled_unless_it_is_forced()
    {
        fleet.Deploy("v2.8.0");
        var step = fleet.Succeed("Get-AragoraCommand").Values.Cast<CommandInvocation>()
            .First(row => row.Comment.StartsWith("aragora-fleet deploy ", StringComparison.Ordinal)).CommandId;

        var refused = fleet.Engine.Run($"Stop-AragoraCommand {step} -Confirm:$false");
        var forced = fleet.Succeed($"Stop-AragoraCommand {step} -Force -Confirm:$false");

        Assert.Empty(refused.Output);
        Assert.Equal("CommandProtected", SandboxFleet.Id(Assert.Single(refused.Errors)));
        Assert.NotEmpty(forced.Output);
        Assert.Contains("goes on in a unit of its own", Assert.Single(forced.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("seq 1 30000", "")]
    [InlineData("seq 1 30000; seq 1 9000 >&2; exit 9", "failed")]
    public void Output_of_somebody_elses_command_comes_whole(string text, string end)
    {
        var id = SendForeign(text);

        var result = fleet.Engine.Run($"Receive-AragoraCommand {id}");

        var received = (CommandResult)Assert.Single(result.Values);
        Assert.Empty(result.Errors);
        Assert.Equal(string.Join('\n', Enumerable.Range(1, 30000)) + "\n", received.StandardOutput);
        Assert.Equal(
            end.Length == 0 ? "" : string.Join('\n', Enumerable.Range(1, 9000)) + "\n", received.StandardError);
        Assert.Equal(
            end.Length == 0 ? (CommandState.Succeeded, 0) : (CommandState.Failed, 9), (received.State, received.ExitCode!.Value));
        Assert.False(received.Truncated);
    }

    [Fact]
    public void Output_that_the_host_has_lost_is_said_to_be_cut()
    {
        var id = SendForeign("seq 1 30000");
        fleet.Shell($"rm -r /var/lib/amazon/ssm/*/document/orchestration/{id}");

        var result = fleet.Engine.Run($"Receive-AragoraCommand {id}");

        Assert.True(((CommandResult)Assert.Single(result.Values)).Truncated);
        var error = Assert.Single(result.Errors);
        Assert.Equal("OutputIncomplete", SandboxFleet.Id(error));
        Assert.Contains("this host has no output of the command", error.Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Get-AragoraCommand")]
    [InlineData("Wait-AragoraCommand")]
    [InlineData("Receive-AragoraCommand")]
    [InlineData("Stop-AragoraCommand -Confirm:$false")]
    public void An_id_that_is_none_and_one_that_nothing_has_are_both_not_found(string cmdlet)
    {
        Assert.Equal("CommandNotFound", SandboxFleet.Id(fleet.Engine.RunToFailure($"{cmdlet} nonsense").TerminatingError!));
        var result = fleet.Engine.Run($"{cmdlet} {Unknown}");
        Assert.Equal("CommandNotFound", SandboxFleet.Id(Assert.Single(result.Errors)));
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("Wait-AragoraCommand")]
    [InlineData("Receive-AragoraCommand")]
    [InlineData("Stop-AragoraCommand -Confirm:$false")]
    public void A_host_that_the_command_never_had_is_an_error_of_its_own(string cmdlet)
    {
        var id = Send("echo ok", SandboxFleet.Api2);
        fleet.Succeed($"Wait-AragoraCommand {id}");

        var result = fleet.Engine.Run($"{cmdlet} {id} -InstanceId {SandboxFleet.Api2}, {SandboxFleet.ApiServer}");

        Assert.Equal(SandboxFleet.Api2, ((CommandResult)Assert.Single(result.Values)).InstanceId);
        Assert.Equal("CommandNotFound", SandboxFleet.Id(Assert.Single(result.Errors)));
    }

    [Theory]
    [InlineData("Get-AragoraCommand")]
    [InlineData("Wait-AragoraCommand")]
    [InlineData("Receive-AragoraCommand")]
    [InlineData("Stop-AragoraCommand -Confirm:$false")]
    public void An_empty_pipeline_does_nothing(string cmdlet) => Assert.Empty(fleet.Succeed($"@() | {cmdlet}").Output);

    [Theory]
    [InlineData("Wait-AragoraCommand")]
    [InlineData("Stop-AragoraCommand")]
    public void A_wait_of_no_time_is_refused(string cmdlet) => Assert.Equal(
        "RequestRejected",
        SandboxFleet.Id(fleet.Engine.RunToFailure($"{cmdlet} {Unknown} -Timeout 0").TerminatingError!));

    [Fact]
    public void Tab_offers_the_commands_of_the_session()
    {
        var id = Send("echo ok", SandboxFleet.Api2);
        fleet.Engine.SetVariable("line", $"Receive-AragoraCommand {id[..8]}");

        var offered = SpinWait.SpinUntil(
            () => fleet.Succeed(
                    "[System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches")
                .Values.Cast<CompletionResult>().Any(match => match.CompletionText == id),
            TimeSpan.FromSeconds(40));

        Assert.True(offered);
    }

    private string Send(string text, string hosts)
    {
        fleet.Engine.SetVariable("text", text);
        return ((CommandResult)fleet
            .Succeed($"Invoke-AragoraCommand {hosts} -Script $text -NoWait -Confirm:$false").Values.First()).CommandId!;
    }

    /// <summary>Sends text as it is, as another tool would, and waits for its end.</summary>
    private string SendForeign(string text)
    {
        var id = fleet.Engine.InSession(() => Session.SendAsForeign(text)).GetAwaiter().GetResult();
        fleet.Engine.Run($"Wait-AragoraCommand {id}");
        return id;
    }

    private List<string> Ids(string script) =>
        [.. fleet.Succeed(script).Values.Cast<CommandInvocation>().Select(row => row.CommandId)];

    private static class Session
    {
        public static Task<string> SendAsForeign(string text)
        {
            var connection = PowerShell.Session.FleetSession.Require();
            return connection.Backend.Commands.SendAsync(
                new Ports.SendRequest
                {
                    Region = "us-east-2",
                    InstanceIds = [SandboxFleet.ApiServer],
                    Script = $"{text}\n",
                    Comment = "somebody else",
                    DeliveryTimeout = TimeSpan.FromSeconds(30),
                    ExecutionTimeout = TimeSpan.FromSeconds(30),
                },
                CancellationToken.None);
        }
    }
}
