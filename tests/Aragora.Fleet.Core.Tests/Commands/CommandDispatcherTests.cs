using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Core.Tests.Commands;

public sealed class CommandDispatcherTests
{
    private readonly Clockwork _clock = new();
    private readonly FakeCommandChannel _channel;
    private readonly CommandDispatcher _dispatcher;

    public CommandDispatcherTests()
    {
        _channel = new FakeCommandChannel(_clock.Time);
        _dispatcher = new CommandDispatcher(
            _channel, new FakeDirectory(), new RegionLimits(_clock.Time), _clock.Time, NoLog.Instance, jitter: () => 0);
    }

    [Fact]
    public async Task Four_hosts_cost_one_send_and_status_pages_only()
    {
        var replies = await RunAsync(Request(4) with { NeedsFullOutput = true });

        Assert.Equal(4, replies.Count);
        Assert.All(replies, reply => Assert.Equal(ReplyStatus.Success, reply.Status));
        Assert.Single(_channel.Sent);
        Assert.DoesNotContain("GetInvocation", _channel.Calls);
        Assert.DoesNotContain("ListCommands", _channel.Calls);
    }

    [Fact]
    public async Task Many_hosts_are_sent_to_in_groups_of_fifty_and_followed_by_pages()
    {
        var replies = await RunAsync(Request(120));

        Assert.Equal(120, replies.Select(reply => reply.Target.InstanceId).Distinct().Count());
        Assert.Equal([50, 50, 20], _channel.Sent.Select(send => send.InstanceIds.Count));
        Assert.Contains("ListCommands", _channel.Calls);
    }

    [Fact]
    public async Task Each_send_has_the_script_of_its_own_hosts()
    {
        await RunAsync(Request(120) with { ScriptFor = group => string.Join('\n', group.Select(host => host.InstanceId)) });

        Assert.Equal(3, _channel.Sent.Count);
        Assert.All(_channel.Sent, send => Assert.Equal(send.InstanceIds, send.Script.Split('\n')));
    }

    [Fact]
    public async Task Each_reply_comes_when_it_is_final_not_when_the_slowest_is()
    {
        _channel.Answer = (id, _) => new FakeAnswer { After = TimeSpan.FromSeconds(id.EndsWith('0') ? 60 : 1) };
        var started = _clock.Time.GetUtcNow();
        var first = _dispatcher.RunAsync(Request(4), default).GetAsyncEnumerator();

        Assert.True(await _clock.RunAsync(first.MoveNextAsync().AsTask()));
        Assert.True(_clock.Time.GetUtcNow() - started < TimeSpan.FromSeconds(10));
        await first.DisposeAsync();
    }

    [Theory]
    [InlineData("Success", "Success", ReplyStatus.Success)]
    [InlineData("Failed", "Failed", ReplyStatus.Failed)]
    [InlineData("TimedOut", "ExecutionTimedOut", ReplyStatus.ExecutionTimedOut)]
    [InlineData("TimedOut", "Delivery Timed Out", ReplyStatus.DeliveryTimedOut)]
    [InlineData("Failed", "Undeliverable", ReplyStatus.Undeliverable)]
    [InlineData("Cancelled", "Terminated", ReplyStatus.Terminated)]
    [InlineData("Cancelled", "Canceled", ReplyStatus.Cancelled)]
    [InlineData("Failed", "AccessDenied", ReplyStatus.AccessDenied)]
    [InlineData("Failed", "InvalidPlatform", ReplyStatus.InvalidPlatform)]
    [InlineData("Failed", "SomethingNew", ReplyStatus.Failed)]
    public async Task Every_status_detail_is_a_verdict(string status, string details, ReplyStatus expected)
    {
        _channel.Answer = (_, _) => new FakeAnswer { Status = status, Details = details, Code = 1 };

        Assert.Equal(expected, Assert.Single(await RunAsync(Request(1))).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_bad_id_costs_that_id_only(bool named)
    {
        _channel.BadIds.Add("i-00000003");
        _channel.NamesBadIds = named;

        var replies = await RunAsync(Request(5));

        Assert.Equal("i-00000003", Assert.Single(replies, r => r.Status == ReplyStatus.Refused).Target.InstanceId);
        Assert.Equal(4, replies.Count(reply => reply.Status == ReplyStatus.Success));
    }

    [Fact]
    public async Task An_empty_list_right_after_the_send_is_pending()
    {
        _channel.Visibility = TimeSpan.FromSeconds(6);

        Assert.Equal(ReplyStatus.Success, Assert.Single(await RunAsync(Request(1))).Status);
    }

    [Fact]
    public async Task A_host_that_never_answers_is_given_up_as_unknown_when_the_service_would_have_ended_it()
    {
        _channel.Answer = (_, _) => new FakeAnswer { After = TimeSpan.FromDays(1) };

        var reply = Assert.Single(await RunAsync(Request(1)));

        Assert.Equal(ReplyStatus.NoReply, reply.Status);
        Assert.True(reply.MayHaveRun);
    }

    [Fact]
    public async Task A_host_that_is_given_up_while_the_service_does_not_answer_says_so()
    {
        var unavailable = new FleetException(FailureKind.ServiceThrottled, "throttled", "wait", "ssm:ListCommandInvocations");
        _channel.NextFailures.Enqueue(null);
        for (var look = 0; look < 1000; look++)
        {
            _channel.NextFailures.Enqueue(unavailable);
        }

        var reply = Assert.Single(await RunAsync(Request(1)));

        Assert.Equal((ReplyStatus.NoReply, unavailable), (reply.Status, reply.Cause));
    }

    [Fact]
    public async Task A_throttled_send_is_tried_again()
    {
        _channel.NextFailures.Enqueue(Failure(FailureKind.ServiceThrottled));
        _channel.NextFailures.Enqueue(Failure(FailureKind.ServiceThrottled));

        Assert.Equal(ReplyStatus.Success, Assert.Single(await RunAsync(Request(1))).Status);
    }

    [Fact]
    public async Task An_unanswered_send_of_something_not_repeatable_is_unknown_and_never_sent_again()
    {
        _channel.NextFailures.Enqueue(Failure(FailureKind.ServiceUnavailable));

        var reply = Assert.Single(await RunAsync(Request(1) with { IsRepeatable = false }));

        Assert.Equal(ReplyStatus.NoReply, reply.Status);
        Assert.Equal(["Send"], _channel.Calls);
    }

    [Fact]
    public async Task An_unanswered_send_of_a_read_is_sent_again()
    {
        _channel.NextFailures.Enqueue(Failure(FailureKind.ServiceUnavailable));

        Assert.Equal(ReplyStatus.Success, Assert.Single(await RunAsync(Request(1))).Status);
    }

    [Fact]
    public async Task Expired_credentials_before_anything_was_sent_are_one_failure()
    {
        _channel.NextFailures.Enqueue(Failure(FailureKind.CredentialExpired));

        var failure = await Assert.ThrowsAsync<FleetException>(() => RunAsync(Request(4)));

        Assert.Equal(FailureKind.CredentialExpired, failure.Kind);
    }

    [Fact]
    public async Task Credentials_that_expire_under_way_leave_every_host_unknown_with_the_cause()
    {
        _channel.NextFailures.Enqueue(null);
        _channel.NextFailures.Enqueue(Failure(FailureKind.CredentialExpired));

        var replies = await RunAsync(Request(3));

        Assert.Equal(3, replies.Count);
        Assert.All(replies, r => Assert.Equal((ReplyStatus.NoReply, FailureKind.CredentialExpired), (r.Status, r.Cause!.Kind)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Giving_a_wait_up_cancels_a_read_at_the_service_and_never_a_change(bool cancels)
    {
        _channel.Answer = (_, _) => new FakeAnswer { After = TimeSpan.FromMinutes(1) };
        using var stop = new CancellationTokenSource();
        var run = Clockwork.ToListAsync(_dispatcher.RunAsync(Request(2) with { CancelWhenAbandoned = cancels }, stop.Token));
        while (_channel.Calls.Count < 3)
        {
            _clock.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _clock.RunAsync(run));

        Assert.Equal(cancels ? ["c-1"] : [], _channel.Cancelled);
    }

    [Fact]
    public async Task Output_beyond_a_list_page_is_fetched_for_that_host_only()
    {
        _channel.Answer = (id, _) => new FakeAnswer { Output = id.EndsWith('2') ? new string('x', 9000) : "short" };

        var replies = await RunAsync(Request(4) with { NeedsFullOutput = true });

        Assert.Equal(9000, replies.Single(r => r.Target.InstanceId.EndsWith('2')).StandardOutput.Length);
        Assert.Single(_channel.Calls, call => call == "GetInvocation");
    }

    [Fact]
    public async Task Two_regions_are_sent_to_apart_and_all_answer()
    {
        var request = Request(2) with { Targets = [Host(1, "us-east-2"), Host(2, "us-east-1")] };

        var replies = await RunAsync(request);

        Assert.Equal(2, replies.Count);
        Assert.Equal(["us-east-1", "us-east-2"], _channel.Sent.Select(send => send.Region).Order());
    }

    [Fact]
    public async Task A_long_comment_is_cut_to_what_the_service_takes()
    {
        await RunAsync(Request(1) with { Comment = new string('c', 300) });

        Assert.Equal(100, _channel.Sent[0].Comment.Length);
    }

    [Fact]
    public async Task Sending_without_waiting_names_the_command_of_each_host()
    {
        _channel.BadIds.Add("i-00000001");

        var outcome = await _clock.RunAsync(_dispatcher.SendAsync(Request(3), default));

        Assert.Equal(2, outcome.Accepted.Count);
        Assert.Equal(ReplyStatus.Refused, Assert.Single(outcome.NotAccepted).Status);
        Assert.DoesNotContain("ListInvocations", _channel.Calls);
    }

    [Theory]
    [InlineData(FailureKind.AccessDenied, ReplyStatus.NotSent)]
    [InlineData(FailureKind.ServiceUnavailable, ReplyStatus.NoReply)]
    public async Task A_region_that_fails_does_not_lose_what_another_has_accepted(FailureKind kind, ReplyStatus expected)
    {
        _channel.SendFailure = send => send.Region == "us-east-1" ? Failure(kind) : null;
        _channel.BadIds.Add("i-00000004");
        var request = Request(0) with { Targets = [Host(1), Host(2, "us-east-1"), Host(3, "us-east-1"), Host(4)] };

        var outcome = await _clock.RunAsync(_dispatcher.SendAsync(request, default));

        Assert.Equal("c-1", Assert.Single(outcome.Accepted).CommandId);
        Assert.Equal(
            [("i-00000002", expected), ("i-00000003", expected), ("i-00000004", ReplyStatus.Refused)],
            outcome.NotAccepted.Select(reply => (reply.Target.InstanceId, reply.Status)).Order());
    }

    [Fact]
    public async Task Regions_that_all_fail_are_one_failure()
    {
        _channel.SendFailure = _ => Failure(FailureKind.AccessDenied);
        var request = Request(0) with { Targets = [Host(1), Host(2, "us-east-1")] };

        var failure = await Assert.ThrowsAsync<FleetException>(() => _clock.RunAsync(_dispatcher.SendAsync(request, default)));

        Assert.Equal(FailureKind.AccessDenied, failure.Kind);
    }

    private static FleetException Failure(FailureKind kind) => new(kind, "message", "action");

    private static HostTarget Host(int number, string region = "us-east-2") =>
        new($"i-{number:d8}", $"host-{number}", "production", region);

    private static CommandRequest Request(int hosts) => new()
    {
        Targets = [.. Enumerable.Range(0, hosts).Select(number => Host(number))],
        ScriptFor = _ => "#!/bin/bash\n",
        Comment = "test",
        DeliveryTimeout = TimeSpan.FromSeconds(60),
        ExecutionTimeout = TimeSpan.FromSeconds(60),
        IsRepeatable = true,
        CancelWhenAbandoned = true,
    };

    private Task<List<HostReply>> RunAsync(CommandRequest request) =>
        _clock.RunAsync(Clockwork.ToListAsync(_dispatcher.RunAsync(request, default)));
}

internal sealed class NoLog : IFleetLog
{
    public static readonly NoLog Instance = new();

    public void Warning(string message)
    {
    }

    public void Verbose(string message)
    {
    }

    public void Debug(string message)
    {
    }

    public void Progress(string status, int done, int total)
    {
    }
}
