using Aragora.Fleet.Commands;
using Aragora.Fleet.Core.Tests.Locks;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Core.Tests.Commands;

/// <summary>What is told while hosts do not answer.</summary>
public sealed class SilentHostsTests
{
    private static readonly DateTimeOffset s_heard = new(2026, 3, 7, 2, 58, 30, TimeSpan.Zero);

    private readonly Clockwork _clock = new();
    private readonly FakeCommandChannel _channel;
    private readonly FakeDirectory _directory = new();
    private readonly RecordingLog _log = new();

    public SilentHostsTests() => _channel = new FakeCommandChannel(_clock.Time)
    {
        Answer = (id, _) => new FakeAnswer { After = id.EndsWith('1') ? TimeSpan.FromMinutes(4.5) : TimeSpan.FromSeconds(1) },
    };

    [Fact]
    public async Task A_host_whose_agent_is_gone_is_told_once_with_how_long_it_is_waited_for()
    {
        _directory.Agent = id => new AgentInformation { InstanceId = id, Ping = PingStatus.ConnectionLost, LastPing = s_heard };

        var replies = await RunAsync(3);

        Assert.Equal(
            "host-1 (i-1) has not answered since 03:00:00 UTC, and its agent is ConnectionLost, last heard at 02:58:30 UTC. What "
            + "it was sent may go on there; its answer is waited for until 03:11:30 UTC.",
            Assert.Single(_log.Warnings));
        Assert.All(replies, reply => Assert.Equal(ReplyStatus.Success, reply.Status));
    }

    [Fact]
    public async Task A_host_that_Systems_Manager_lists_no_more_is_told()
    {
        _directory.Agent = _ => new AgentInformation { InstanceId = "i-other", Ping = PingStatus.Online };

        await RunAsync(2);

        Assert.Contains("and Systems Manager lists no agent of it.", Assert.Single(_log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_takes_its_time_is_no_warning_and_its_agent_is_looked_after_once_a_minute()
    {
        await RunAsync(3);

        Assert.Empty(_log.Warnings);
        Assert.Equal([1, 1, 1, 1], _directory.AgentQuestions);
        Assert.Equal(4, _log.Lines.Count(line => line == "Still without an answer in us-east-2: host-1 (i-1)."));
    }

    [Fact]
    public async Task Where_the_agents_cannot_be_asked_the_answers_come_all_the_same()
    {
        _directory.Agent = _ => throw new FleetException(FailureKind.ServiceThrottled, "throttled", "wait", null);

        Assert.All(await RunAsync(2), reply => Assert.Equal(ReplyStatus.Success, reply.Status));
        Assert.Empty(_log.Warnings);
    }

    private Task<List<HostReply>> RunAsync(int hosts)
    {
        var dispatcher = new CommandDispatcher(
            _channel, _directory, new RegionLimits(_clock.Time), _clock.Time, _log, jitter: () => 0);
        var request = new CommandRequest
        {
            Targets = [.. Enumerable.Range(1, hosts).Select(n => new HostTarget($"i-{n}", $"host-{n}", "production", "us-east-2"))],
            ScriptFor = _ => "#!/bin/bash\n",
            Comment = "test",
            DeliveryTimeout = TimeSpan.FromMinutes(1),
            ExecutionTimeout = TimeSpan.FromMinutes(10),
            IsRepeatable = true,
            CancelWhenAbandoned = true,
        };
        return _clock.RunAsync(Clockwork.ToListAsync(dispatcher.RunAsync(request, default)));
    }
}
