using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Ssm.Commands;
using Aragora.Fleet.Sandbox.Ssm.Parameters;
using Aragora.Fleet.Sandbox.Wire;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests.Commands;

/// <summary>What is kept of commands, which instances they may be for, and how the states of hosts make one.</summary>
public sealed class CommandStateTests
{
    private const string Request = """
        {"DocumentName":"AWS-RunShellScript","InstanceIds":["i-0dbd51f74a9a11fcc"],"Parameters":{"commands":["true"]}}
        """;

    // User guide, monitor-commands, "Detailed status for a command".
    [Theory]
    [InlineData("Success,Success", 0, "Success")]
    [InlineData("Success,Failed", 0, "Failed")]
    [InlineData("Success,Failed", 1, "Incomplete")]
    [InlineData("Success,ExecutionTimedOut", 0, "ExecutionTimedOut")]
    [InlineData("ExecutionTimedOut,Failed", 0, "Failed")]
    [InlineData("Success,DeliveryTimedOut", 0, "DeliveryTimedOut")]
    [InlineData("Success,DeliveryTimedOut", 1, "Incomplete")]
    [InlineData("Success,Cancelled", 1, "Cancelled")]
    [InlineData("Failed,Terminated", 0, "Failed")]
    [InlineData("Success,Undeliverable", 0, "Success")]
    [InlineData("DeliveryTimedOut,Undeliverable", 1, "Incomplete")]
    [InlineData("Pending,Pending", 0, "Pending")]
    [InlineData("Pending,Success", 0, "InProgress")]
    [InlineData("InProgress,Failed", 0, "InProgress")]
    [InlineData("Cancelling,Success", 0, "Cancelling")]
    public void The_states_of_hosts_make_one_of_the_command(string states, int maxErrors, string details)
    {
        var invocations = states.Split(',').Select(name =>
        {
            var invocation = new Invocation(name, name);
            invocation.End((InvocationState)typeof(InvocationState).GetProperty(name)!.GetValue(null)!);
            return invocation;
        });
        Assert.Equal(details, new Tally([.. invocations]).Summary(maxErrors).Details);
    }

    // EC2 user guide of 2016 and monitor-commands: the history is kept for 30 days.
    [Fact]
    public void A_command_is_forgotten_after_30_days()
    {
        var clock = new FakeTimeProvider();
        var history = new CommandHistory(clock);
        var command = new RunCommand(
            SendCommandRequest.Parse(JsonArguments.Parse(Request)), [], new ParameterStore("us-east-2", clock),
            clock.GetUtcNow());
        history.Add(command);
        clock.Advance(TimeSpan.FromDays(30));
        Assert.Same(command, history.Find(command.Id));
        Assert.Equal("true", Assert.Single(history.All()).Order.Parameters.GetProperty("commands")[0].GetString());
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(history.Find(command.Id));
        Assert.Empty(history.All());
    }

    [Fact]
    public void The_newest_thousand_commands_are_kept_and_what_is_under_way()
    {
        var clock = new FakeTimeProvider();
        var history = new CommandHistory(clock);
        var first = new Invocation("i-1", "one");
        var commands = Enumerable.Range(0, 1_002).Select(number => new RunCommand(
            SendCommandRequest.Parse(JsonArguments.Parse(Request)), number == 0 ? [first] : [],
            new ParameterStore("us-east-2", clock), clock.GetUtcNow())).ToList();
        commands.ForEach(history.Add);
        Assert.Equal(1_002, history.All().Count());
        first.End(InvocationState.Success);
        Assert.Equal(commands.Skip(2).Reverse(), history.All());
        Assert.Null(history.Find(commands[1].Id));
    }

    // API reference SendCommand, InvalidInstanceId: "Valid states are: Running, Pending, Stopped, Stopping. Invalid
    // states are: Shutting-down and Terminated."
    [Theory]
    [InlineData("running", true)]
    [InlineData("pending", true)]
    [InlineData("stopped", true)]
    [InlineData("stopping", true)]
    [InlineData("shutting-down", false)]
    [InlineData("terminated", false)]
    public void A_command_may_be_for_an_instance_that_stands_still_but_not_for_a_dead_one(string state, bool isValid)
    {
        var instance = FleetModel.Of(1).Hosts[0] with { State = state };
        var order = SendCommandRequest.Parse(JsonArguments.Parse(Request));
        if (isValid)
        {
            Assert.Same(instance, Assert.Single(CommandTargets.Resolve(order, [instance])));
            return;
        }

        var error = Assert.Throws<AwsException>(() => CommandTargets.Resolve(order, [instance]));
        Assert.Equal("InvalidInstanceId", error.Code);
    }
}
