using Aragora.Fleet.Sandbox.Ssm.Commands;
using Aragora.Fleet.Sandbox.Ssm.Parameters;
using Aragora.Fleet.Sandbox.Wire;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests.Commands;

/// <summary>How the service sends a command on, and what becomes of it when time passes.</summary>
public sealed class DispatcherTests
{
    // API reference SendCommand, TimeoutSeconds: "If this time is reached and the command hasn't already started
    // running, it won't run."
    [Fact]
    public async Task A_command_that_no_agent_takes_up_in_time_is_not_delivered_and_never_runs()
    {
        await using var bench = new DispatchBench(1);
        var command = bench.Send(new { TimeoutSeconds = 60 });
        var invocation = command.Invocations[0];
        await DispatchBench.UntilAsync(() => bench.Hosts[0].IsAsked);
        bench.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("InProgress", invocation.State.Details);
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await DispatchBench.UntilAsync(command, "DeliveryTimedOut", 1);
        bench.Hosts[0].Answer(0);
        await bench.DisposeAsync();
        Assert.Null(bench.Hosts[0].Order);
        Assert.Equal(("TimedOut", -1), (invocation.State.Status, invocation.ResponseCode));
        var count = command.Count();
        Assert.Equal((1, 0, 1), (count.Completed, count.Errors, count.DeliveryTimedOut));
        Assert.Equal(("TimedOut", "DeliveryTimedOut"), count.Summary(command.MaxErrors));
    }

    // User guide, monitor-commands, "How Systems Manager reports timeouts": without a terminal response of the agent
    // "the command invocation is marked as deliveryTimeout"; API reference Command, ExpiresAfter.
    [Fact]
    public async Task A_lost_reply_ends_as_not_delivered_when_the_command_expires()
    {
        await using var bench = new DispatchBench(1);
        var command = bench.Send(new { TimeoutSeconds = 60 });
        bench.Hosts[0].TakeUp();
        await DispatchBench.UntilAsync(() => bench.Hosts[0].Order is not null);
        bench.Clock.Advance(TimeSpan.FromSeconds(659));
        Assert.Equal("InProgress", command.Invocations[0].State.Details);
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(command.ExpiresAt, bench.Clock.GetUtcNow());
        await DispatchBench.UntilAsync(command, "DeliveryTimedOut", 1);
        bench.Hosts[0].Reply(0);
        await bench.DisposeAsync();
        Assert.Equal("DeliveryTimedOut", command.Invocations[0].State.Details);
        Assert.Null(command.Invocations[0].Outcome);
    }

    // User guide, send-commands-multiple, "Using concurrency controls".
    [Fact]
    public async Task What_a_target_selects_gets_the_command_one_then_two_then_four_at_a_time()
    {
        await using var bench = new DispatchBench(12);
        var command = bench.Send(new { MaxConcurrency = "4", MaxErrors = "12" }, target: "tag:Name");
        var done = 0;
        foreach (var width in new[] { 1, 2, 4, 4 })
        {
            await DispatchBench.UntilAsync(command, "Success", done);
            await DispatchBench.UntilAsync(command, "InProgress", width);
            Assert.Equal(12 - done - width, command.Invocations.Count(one => one.State == InvocationState.Pending));
            for (var last = done + width; done < last; done++)
            {
                bench.Hosts[done].Answer(0);
            }
        }

        bench.Hosts[11].Answer(0);
        await DispatchBench.UntilAsync(command, "Success", 12);
    }

    [Fact]
    public async Task Instances_named_one_by_one_get_the_command_at_once_up_to_the_concurrency()
    {
        await using var bench = new DispatchBench(5);
        var command = bench.Send(new { MaxConcurrency = "60%" });
        await DispatchBench.UntilAsync(command, "InProgress", 3);
        bench.Hosts[1].Answer(0);
        await DispatchBench.UntilAsync(() => command.Invocations[3].State == InvocationState.InProgress);
        Assert.Equal(InvocationState.Pending, command.Invocations[4].State);
    }

    // User guide, send-commands-multiple, "Using error controls": with 0 the first error stops the sending, with 10%
    // of 50 the sixth; what runs by then may end.
    [Theory]
    [InlineData("0", 1)]
    [InlineData("2", 3)]
    [InlineData("20%", 3)]
    public async Task Sending_stops_at_the_error_that_is_one_too_many(string maxErrors, int failures)
    {
        await using var bench = new DispatchBench(10);
        var command = bench.Send(new { MaxErrors = maxErrors, MaxConcurrency = "1" });
        foreach (var host in bench.Hosts)
        {
            host.Answer(7);
        }

        await DispatchBench.UntilAsync(command, "Terminated", 10 - failures);
        var count = command.Count();
        Assert.Equal((10, failures), (count.Completed, count.Errors));
        Assert.Equal(("Failed", "Failed"), count.Summary(command.MaxErrors));
    }

    [Theory]
    [InlineData(137, true)]
    [InlineData(1, true)]
    [InlineData(0, false)]
    [InlineData(168, false)]
    public async Task Only_failures_and_execution_timeouts_are_errors(int exitCode, bool isError)
    {
        await using var bench = new DispatchBench(2);
        var command = bench.Send(new { MaxConcurrency = "1" });
        bench.Hosts[0].Answer(exitCode);
        bench.Hosts[1].Answer(0);
        await DispatchBench.UntilAsync(() => command.Count().IsComplete);
        Assert.Equal(isError ? "Terminated" : "Success", command.Invocations[1].State.Details);
    }

    [Fact]
    public async Task A_delivery_timeout_does_not_stop_the_sending()
    {
        await using var bench = new DispatchBench(2);
        var command = bench.Send(new { MaxConcurrency = "1", TimeoutSeconds = 30 });
        bench.Hosts[1].Answer(0);
        await DispatchBench.UntilAsync(() => bench.Hosts[0].IsAsked);
        bench.Clock.Advance(TimeSpan.FromSeconds(30));
        await DispatchBench.UntilAsync(command, "Success", 1);
        Assert.Equal(InvocationState.DeliveryTimedOut, command.Invocations[0].State);
    }

    // User guide, monitor-commands, row Undeliverable.
    [Theory]
    [InlineData(4, "Success", "Success")]
    [InlineData(5, "Failed", "Failed")]
    public async Task Targets_that_do_not_respond_are_undeliverable_which_a_success_hides(
        int silent, string status, string details)
    {
        await using var bench = new DispatchBench(5);
        foreach (var host in bench.Hosts.Take(silent))
        {
            host.IsConnected = false;
        }

        bench.Hosts[4].Answer(0);
        var command = bench.Send(target: "InstanceIds");
        await DispatchBench.UntilAsync(command, "Undeliverable", silent);
        await DispatchBench.UntilAsync(() => command.Count().IsComplete);
        Assert.Equal((status, details), command.Count().Summary(command.MaxErrors));
        Assert.Equal(0, command.Count().Errors);
    }

    [Fact]
    public async Task Cancelling_ends_what_runs_and_what_waits()
    {
        await using var bench = new DispatchBench(2);
        var command = bench.Send(new { MaxConcurrency = "1" });
        bench.Hosts[0].TakeUp();
        await DispatchBench.UntilAsync(() => bench.Hosts[0].Order is not null);
        bench.Cancel(command);
        Assert.Equal(InvocationState.Cancelled, command.Invocations[1].State);
        await DispatchBench.UntilAsync(command, "Cancelled", 2);
        Assert.Equal((0, 137), (command.Count().Errors, command.Invocations[0].ResponseCode));
        Assert.Equal(("Cancelled", "Cancelled"), command.Count().Summary(command.MaxErrors));
        await bench.DisposeAsync();
        Assert.Null(bench.Hosts[1].Order);
    }

    [Fact]
    public async Task An_agent_that_comes_back_to_a_cancelled_command_does_not_run_it()
    {
        await using var bench = new DispatchBench(1);
        var command = bench.Send();
        await DispatchBench.UntilAsync(command, "InProgress", 1);
        bench.Cancel(command);
        Assert.Equal(("Cancelling", "Cancelling"), command.Count().Summary(command.MaxErrors));
        bench.Hosts[0].TakeUp();
        await DispatchBench.UntilAsync(command, "Cancelled", 1);
        Assert.Null(bench.Hosts[0].Order);
    }

    // amazon-ssm-agent, parameterstore.go: names are looked up when the agent has the command.
    [Fact]
    public async Task Parameters_named_in_a_script_are_looked_up_when_the_host_has_it()
    {
        await using var bench = new DispatchBench(1);
        var command = bench.Send(new
        {
            Parameters = new { commands = new[] { "echo {{ssm:/a}} {{ ssm:/a:1 }}", "{{ssm:list}}", "{{ .Names }}" } },
        });
        await DispatchBench.UntilAsync(command, "InProgress", 1);
        Put("/a", "String", "old");
        Put("/a", "String", "new");
        Put("list", "StringList", "echo x,echo y");
        bench.Hosts[0].Answer(0);
        await DispatchBench.UntilAsync(command, "Success", 1);
        Assert.Equal("echo new old\necho x\necho y\n{{ .Names }}\n", bench.Hosts[0].Order!.Script);

        void Put(string name, string type, string value) => bench.Parameters.Put(ParameterDraft.Parse(
            JsonArguments.Parse($$"""{"Name":"{{name}}","Type":"{{type}}","Value":"{{value}}","Overwrite":true}"""),
            "us-east-2"));
    }

    [Fact]
    public async Task A_defect_fails_its_invocation_the_others_expire_and_the_end_tells_it()
    {
        await using var bench = new DispatchBench(2);
        var command = bench.Send(new { TimeoutSeconds = 60, MaxErrors = "1" });
        bench.Hosts[0].Break();
        bench.Hosts[1].TakeUp();
        await DispatchBench.UntilAsync(command, "Failed", 1);
        await DispatchBench.UntilAsync(() => bench.Hosts[1].Order is not null);
        bench.Clock.Advance(TimeSpan.FromSeconds(660));
        await DispatchBench.UntilAsync(command, "DeliveryTimedOut", 1);
        var told = await Assert.ThrowsAsync<FormatException>(() => bench.DisposeAsync().AsTask());
        Assert.Equal("a defect", told.Message);
    }

    [Fact]
    public async Task A_command_for_10_000_instances_is_sent_and_counted_in_one_pass_a_look()
    {
        await using var bench = new DispatchBench(10_000);
        foreach (var host in bench.Hosts)
        {
            host.Answer(0);
        }

        var command = bench.Send(new { MaxConcurrency = "100%" }, target: "tag:Name");
        await DispatchBench.UntilAsync(() => command.Count().IsComplete);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var details = "";
        for (var look = 0; look < 100; look++)
        {
            details = command.Count().Summary(command.MaxErrors).Details;
        }

        // Nothing that grows with the instances is allocated for a look at them.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 * 1024);
        Assert.Equal("Success", details);
        Assert.Same(command.Invocations[9_999], command.On(DispatchBench.IdOf(9_999)));
    }
}
