using System.Text;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Core.Tests.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.History;
using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Core.Tests.History;

public sealed class PastResultTests : HistoryTest
{
    [Fact]
    public async Task What_does_not_end_in_time_is_unknown_and_is_left_alone()
    {
        _channel.Answer = (id, _) => new FakeAnswer { After = TimeSpan.FromSeconds(id == Id(0) ? 1 : 600) };
        await SendAsync(2);

        var results = await WaitAsync((await FindAsync([new CommandReference("c-1", null, null)])).Found, TimeSpan.FromSeconds(20));

        Assert.Equal([CommandState.Succeeded, CommandState.Unknown], results.Select(r => r.Result.State));
        Assert.Equal(FailureKind.WaitTimedOut, results[1].Failure!.Kind);
        Assert.Empty(_channel.Cancelled);
    }

    [Fact]
    public async Task A_run_of_ours_that_ended_without_its_block_is_unknown_and_one_of_others_is_what_it_says()
    {
        await SendAsync(1, "aragora-fleet run why");
        await SendAsync(1, "somebody else");

        var found = await FindAsync([new CommandReference("c-1", null, null), new CommandReference("c-2", null, null)]);
        var results = (await WaitAsync(found.Found, TimeSpan.FromMinutes(1))).ToDictionary(r => r.Result.CommandId!);

        Assert.Equal(CommandState.Unknown, results["c-1"].Result.State);
        Assert.Equal(FailureKind.ResultUnreadable, results["c-1"].Failure!.Kind);
        Assert.Equal((CommandState.Succeeded, "ok"), (results["c-2"].Result.State, results["c-2"].Result.StandardOutput));
    }

    [Fact]
    public async Task Receiving_does_not_wait()
    {
        _channel.Answer = (_, _) => new FakeAnswer { After = TimeSpan.FromMinutes(5) };
        await SendAsync(1);
        var found = await FindAsync([new CommandReference("c-1", null, null)]);

        var (result, failure) = Assert.Single(await ReceiveAsync(found.Found));

        Assert.Equal((CommandState.Running, ""), (result.State, result.StandardOutput));
        Assert.Null(failure);
    }

    [Fact]
    public async Task Output_that_is_cut_and_cannot_be_fetched_is_said_to_be_cut()
    {
        _channel.Answer = (_, request) => request.Comment.EndsWith("fetch", StringComparison.Ordinal)
            ? new FakeAnswer { Status = "Failed", Details = "Undeliverable" }
            : new FakeAnswer { Output = new string('x', 23980) + "--output truncated--" };
        await SendAsync(1, "somebody else");
        _clock.Time.Advance(TimeSpan.FromSeconds(5));
        var found = await FindAsync([new CommandReference("c-1", null, null)]);

        var (result, failure) = Assert.Single(await ReceiveAsync(found.Found));

        Assert.True(result.Truncated);
        Assert.Equal(24000, result.StandardOutput.Length);
        Assert.Equal(FailureKind.OutputIncomplete, failure!.Kind);
        Assert.Contains("could not be delivered", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_output_that_the_service_refuses_costs_that_host_only(bool waits)
    {
        _channel.Answer = (id, _) => new FakeAnswer { Output = new string('x', id == Id(2) ? 9 : 9000), Status = "Failed", Code = 3 };
        _channel.OutputFailure = id => id == Id(0) ? new(FailureKind.RequestRejected, "InvalidPluginName", "action") : null;
        await SendAsync(3, "somebody else");
        _clock.Time.Advance(TimeSpan.FromSeconds(5));
        var found = await FindAsync([new CommandReference("c-1", null, null)]);

        var results = waits ? await WaitAsync(found.Found, TimeSpan.FromMinutes(1)) : await ReceiveAsync(found.Found);

        Assert.All(results, r => Assert.Equal((CommandState.Failed, 3), (r.Result.State, r.Result.ExitCode)));
        Assert.Equal([2500, 9000, 9], results.Select(r => r.Result.StandardOutput.Length));
        Assert.Equal([true, false, false], results.Select(r => r.Result.Truncated));
        Assert.DoesNotContain(_channel.Sent, send => send.Comment.EndsWith("fetch", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(2, 2)]
    public async Task A_stop_names_hosts_only_where_it_is_not_for_all(int stopped, int named)
    {
        _channel.Answer = (_, _) => new FakeAnswer
        {
            After = TimeSpan.FromSeconds(_channel.Cancelled.Count > 0 ? 0 : 600), Status = "Cancelled",
        };
        await SendAsync(3);
        var found = await FindAsync(
            [.. Enumerable.Range(0, stopped).Select(n => new CommandReference("c-1", Id(n), Region))]);

        var results = await _clock.RunAsync(
            Clockwork.ToListAsync(Service().StopAsync(found.Found, TimeSpan.FromSeconds(30), default)));

        Assert.All(results, r => Assert.Equal((CommandState.Cancelled, null), (r.Result.State, r.Failure)));
        Assert.Equal(stopped, results.Count);
        Assert.Equal(named, Assert.Single(_channel.CancelledHosts).Count);
    }

    [Theory]
    [InlineData("somebody else", FailureKind.ServiceThrottled, CommandState.Succeeded)]
    [InlineData("somebody else", FailureKind.ServiceUnavailable, CommandState.Succeeded)]
    [InlineData("aragora-fleet run why", FailureKind.ServiceThrottled, CommandState.Unknown)]
    public async Task An_output_that_the_service_does_not_answer_for_costs_that_host_only(
        string comment, FailureKind kind, CommandState expected)
    {
        _channel.Answer = (_, _) => new FakeAnswer { Output = new string('x', 9000) };
        _channel.OutputFailure = id => id == Id(0) ? new(kind, "no answer", "action") : null;
        await SendAsync(2, comment);
        _clock.Time.Advance(TimeSpan.FromSeconds(5));

        var results = await ReceiveAsync((await FindAsync([new CommandReference("c-1", null, null)])).Found);

        Assert.Equal([0, 9000], results.Select(r => r.Result.StandardOutput.Length));
        Assert.Equal((expected, true), (results[0].Result.State, results[0].Result.Truncated));
        Assert.Equal((kind, Id(0)), (results[0].Failure!.Kind, ((HostTarget)results[0].Failure!.FailureTarget!).InstanceId));
        Assert.Null(results[1].Failure);
    }

    [Fact]
    public async Task The_head_of_an_output_that_the_list_shows_is_not_taken_for_the_whole()
    {
        _channel.KnowsInvocations = false;
        _channel.Answer = (_, request) => request.Comment.EndsWith("fetch", StringComparison.Ordinal)
            ? new FakeAnswer { Status = "Failed", Details = "Undeliverable" }
            : new FakeAnswer { Output = new string('x', 9000) };
        await SendAsync(1, "somebody else");
        _clock.Time.Advance(TimeSpan.FromSeconds(5));

        var (result, failure) = Assert.Single(
            await ReceiveAsync((await FindAsync([new CommandReference("c-1", null, null)])).Found));

        Assert.Equal((true, FailureKind.OutputIncomplete), (result.Truncated, failure?.Kind));
    }

    [Theory]
    [InlineData("somebody else", CommandState.Failed, 3)]
    [InlineData("aragora-fleet run why", CommandState.Succeeded, 0)]
    public async Task The_block_of_a_run_is_believed_in_a_run_of_ours_only(string comment, CommandState state, int code)
    {
        const string Payload = "op run\nspool 0123456789abcdef\nexit 0\nout_bytes 0\nerr_bytes 0\n";
        var sum = PosixChecksum.Of(Encoding.ASCII.GetBytes(Payload));
        var block = $"@@aragora-result 1 {Payload.Length} {sum}@@\n{Payload}@@aragora-end@@\n";
        _channel.Answer = (_, _) => new FakeAnswer { Status = "Failed", Code = 3, Output = block };
        await SendAsync(1, comment);
        _clock.Time.Advance(TimeSpan.FromSeconds(5));

        var (result, _) = Assert.Single(
            await ReceiveAsync((await FindAsync([new CommandReference("c-1", null, null)])).Found));

        Assert.Equal((state, code), (result.State, result.ExitCode));
    }

    [Fact]
    public async Task A_stop_of_more_hosts_than_one_call_takes_is_followed_as_one_command()
    {
        _channel.Answer = (_, _) => new FakeAnswer
        {
            After = TimeSpan.FromSeconds(_channel.Cancelled.Count > 2 ? 0 : 600), Status = "Cancelled",
        };
        await SendAsync(80);
        await SendAsync(1);
        var found = await FindAsync(
            [.. Enumerable.Range(0, 70).Select(n => new CommandReference("c-1", Id(n), null)), new("c-2", null, null)]);

        var results = await _clock.RunAsync(
            Clockwork.ToListAsync(Service().StopAsync(found.Found, TimeSpan.FromSeconds(30), default)));

        Assert.Equal([0, 20, 50], _channel.CancelledHosts.Select(hosts => hosts.Count).Order());
        Assert.Equal(71, results.Count(r => r.Result.State == CommandState.Cancelled));
    }

    [Fact]
    public async Task A_stop_that_the_service_refuses_costs_that_command_only()
    {
        _channel.CancelFailure = id => id == "c-1" ? new(FailureKind.ServiceThrottled, "AWS kept throttling", "action") : null;
        _channel.Answer = (_, _) => new FakeAnswer
        {
            After = TimeSpan.FromSeconds(_channel.Cancelled.Count > 0 ? 0 : 600), Status = "Cancelled",
        };
        await SendAsync(2);
        await SendAsync(1);
        var found = await FindAsync([new CommandReference("c-1", null, null), new CommandReference("c-2", null, null)]);

        var results = await _clock.RunAsync(
            Clockwork.ToListAsync(Service().StopAsync(found.Found, TimeSpan.FromSeconds(30), default)));

        Assert.Equal(["c-1", "c-1", "c-2"], results.Select(r => r.Result.CommandId));
        Assert.Equal(
            [CommandState.Unknown, CommandState.Unknown, CommandState.Cancelled], results.Select(r => r.Result.State));
        Assert.Equal(
            [FailureKind.ServiceThrottled, FailureKind.ServiceThrottled, null], results.Select(r => r.Failure?.Kind));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stop_of_one_host_of_a_tag_never_ends_the_whole_command(bool namesIt)
    {
        _channel.ToTag = true;
        _channel.JoinsAfter = id => id == Id(0) ? TimeSpan.Zero : TimeSpan.FromMinutes(1);
        _channel.Answer = (_, _) => new FakeAnswer { After = TimeSpan.FromMinutes(2) };
        await SendAsync(2);

        var found = await FindAsync([new CommandReference("c-1", namesIt ? Id(0) : null, Region)]);

        Assert.Equal(Id(0), Assert.Single(Assert.Single(found.Found).Targets).InstanceId);
        Assert.Equal(!namesIt, found.Found[0].IsWhole);
    }

    [Fact]
    public async Task A_wait_for_a_command_to_a_tag_ends_with_its_last_host()
    {
        _channel.ToTag = true;
        _channel.JoinsAfter = id => TimeSpan.FromMinutes(id == Id(0) ? 0 : 1);
        _channel.Answer = (id, _) => new FakeAnswer { After = TimeSpan.FromMinutes(id == Id(0) ? 0 : 2) };
        await SendAsync(3);
        var found = await FindAsync([new CommandReference("c-1", null, null)]);

        var results = await WaitAsync(found.Found, TimeSpan.FromMinutes(10));

        Assert.Equal([Id(0), Id(1), Id(2)], results.Select(r => r.Result.InstanceId).Order());
        Assert.All(results, r => Assert.Equal((CommandState.Succeeded, "ok"), (r.Result.State, r.Result.StandardOutput)));
    }

    [Fact]
    public async Task A_command_to_a_tag_that_may_bring_more_hosts_is_not_said_to_have_ended()
    {
        _channel.ToTag = true;
        _channel.JoinsAfter = id => TimeSpan.FromMinutes(id == Id(0) ? 0 : 60);
        _channel.Answer = (id, _) => new FakeAnswer { After = TimeSpan.FromMinutes(id == Id(0) ? 0 : 60) };
        await SendAsync(2);
        var found = await FindAsync([new CommandReference("c-1", null, null)]);

        var failure = await Assert.ThrowsAsync<FleetException>(() => WaitAsync(found.Found, TimeSpan.FromMinutes(1)));

        Assert.Equal((FailureKind.WaitTimedOut, "c-1"), (failure.Kind, failure.FailureTarget));
    }

    [Fact]
    public async Task A_stop_that_no_host_confirms_is_said_to_be_unconfirmed()
    {
        _channel.Answer = (_, _) => new FakeAnswer { After = TimeSpan.FromDays(1) };
        await SendAsync(1);
        var found = await FindAsync([new CommandReference("c-1", null, null)]);

        var (result, failure) = Assert.Single(await _clock.RunAsync(
            Clockwork.ToListAsync(Service().StopAsync(found.Found, TimeSpan.FromSeconds(5), default))));

        Assert.Equal((CommandState.Unknown, FailureKind.WaitTimedOut), (result.State, failure!.Kind));
    }
}
