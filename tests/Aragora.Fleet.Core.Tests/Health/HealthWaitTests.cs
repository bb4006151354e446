using System.Text;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Core.Tests.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Health;

/// <summary>A wait for health on a fake clock: what it asks, what it counts as well, and when it gives up.</summary>
public sealed class HealthWaitTests
{
    private const string One = "i-00000001";
    private const string Two = "i-00000002";

    // Long, and answers follow from the round and not from the time: the fake clock may run ahead of a busy machine.
    private static readonly HealthWait s_wait = new() { Timeout = TimeSpan.FromHours(1) };

    private readonly Clockwork _clock = new();
    private readonly FakeCommandChannel _channel;
    private readonly DateTimeOffset _began;

    public HealthWaitTests()
    {
        _channel = new FakeCommandChannel(_clock.Time);
        _began = _clock.Time.GetUtcNow();
    }

    private TimeSpan Elapsed => _clock.Time.GetUtcNow() - _began;

    private int Round(string id) => _channel.Sent.Count(sent => sent.InstanceIds.Contains(id));

    [Fact]
    public async Task A_round_asks_only_the_hosts_that_are_not_well_yet()
    {
        _channel.Answer = (id, _) => Report(id == One || Round(id) > 3 ? 200 : 503);

        var rows = await WaitAsync(s_wait, One, Two);

        Assert.Equal([One, Two], rows.Select(row => row.Report.InstanceId));
        Assert.All(rows, row => Assert.Equal((Verdict.Healthy, null), (row.Report.Verdict, row.Failure)));
        Assert.Equal([One, Two], _channel.Sent[0].InstanceIds);
        Assert.All(_channel.Sent.Skip(1), sent => Assert.Equal([Two], sent.InstanceIds));
        Assert.InRange(_channel.Sent.Count, 4, 5);
    }

    [Fact]
    public async Task Fifty_hosts_are_asked_with_one_command()
    {
        _channel.Answer = (_, _) => Report(200);

        var rows = await WaitAsync(s_wait, [.. Enumerable.Range(1, 50).Select(i => $"i-{i:x8}")]);

        Assert.Equal(50, rows.Count);
        Assert.Single(_channel.Sent);
    }

    [Fact]
    public async Task A_silent_host_holds_nobody_up_and_is_not_asked_again_before_it_answered()
    {
        _channel.Answer = (id, _) => id == One
            ? Report(200) with { After = TimeSpan.FromHours(2) }
            : Report(Round(id) > 2 ? 200 : 503);

        var rows = await WaitAsync(s_wait, One, Two);

        Assert.Equal(Two, rows[0].Report.InstanceId);
        Assert.Equal((One, Verdict.Unknown), (rows[1].Report.InstanceId, rows[1].Report.Verdict));
        Assert.Equal(FailureKind.HealthWaitTimedOut, rows[1].Failure!.Kind);
        // The engine gives a host up after some two minutes.
        Assert.InRange(Round(One), 1, 1 + (int)(Elapsed / TimeSpan.FromMinutes(2)));
        Assert.NotEmpty(_channel.Cancelled);
    }

    [Fact]
    public async Task The_last_report_and_its_reason_are_told_when_the_time_is_over()
    {
        _channel.Answer = (_, _) => Report(503);

        var (report, failure) = Assert.Single(await WaitAsync(s_wait, One));

        Assert.Equal(Verdict.Unhealthy, report.Verdict);
        Assert.Equal(FailureKind.HealthWaitTimedOut, failure!.Kind);
        Assert.Contains("it is Unhealthy: /readyz", failure.Message, StringComparison.Ordinal);
        Assert.Equal(One, ((HostTarget)failure.FailureTarget!).InstanceId);
        Assert.True(Elapsed >= s_wait.Timeout, $"after {Elapsed}");
    }

    [Fact]
    public async Task A_host_without_a_result_is_unknown_and_never_well()
    {
        _channel.Answer = (_, _) => new FakeAnswer { Output = "" };

        var (report, failure) = Assert.Single(await WaitAsync(s_wait, One));

        Assert.Equal(Verdict.Unknown, report.Verdict);
        Assert.Equal(FailureKind.HealthWaitTimedOut, failure!.Kind);
    }

    [Theory]
    [InlineData(false, FailureKind.HealthWaitTimedOut)]
    [InlineData(true, null)]
    public async Task Degraded_is_enough_only_where_it_is_allowed(bool allowed, FailureKind? expected)
    {
        _channel.Answer = (_, _) => Report(200, health: 503);

        var (report, failure) = Assert.Single(await WaitAsync(s_wait with { AllowDegraded = allowed }, One));

        Assert.Equal((Verdict.Degraded, expected), (report.Verdict, failure?.Kind));
    }

    [Fact]
    public async Task Stable_counts_from_the_last_time_that_it_was_ill_or_restarted()
    {
        TimeSpan? lastStart = null;
        _channel.Answer = (id, _) =>
        {
            lastStart ??= Round(id) > 3 ? Elapsed : null;
            return Round(id) switch { 1 => Report(200, pid: 7), 2 => Report(503, pid: 7), 3 => Report(200, pid: 8), _ => Report(200, pid: 9) };
        };
        var stable = TimeSpan.FromMinutes(20);

        var (report, failure) = Assert.Single(await WaitAsync(s_wait with { Timeout = TimeSpan.FromHours(20), Stable = stable }, One));

        Assert.Equal((9, null), (report.MainProcessId, failure));
        Assert.True(Elapsed - lastStart >= stable, $"{Elapsed}, {lastStart}");
    }

    [Fact]
    public async Task A_crash_loop_is_not_stable_and_the_error_says_for_how_long_it_was_well()
    {
        _channel.Answer = (_, _) => Report(200, pid: Round(One));

        var (_, failure) = Assert.Single(await WaitAsync(s_wait with { Stable = TimeSpan.FromSeconds(20) }, One));

        Assert.Equal(FailureKind.HealthWaitTimedOut, failure!.Kind);
        Assert.Contains("it is Healthy, for 00:00:00 only", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_out_of_reach_for_a_while_is_outlasted()
    {
        _channel.SendFailure = _ => _channel.Calls.Count < 9 ? Failure(FailureKind.ServiceUnavailable) : null;
        _channel.Answer = (_, _) => Report(200);

        var (report, failure) = Assert.Single(await WaitAsync(s_wait, One));

        Assert.Equal((Verdict.Healthy, null), (report.Verdict, failure));
    }

    [Fact]
    public async Task Credentials_that_expire_end_the_wait()
    {
        _channel.SendFailure = _ => Round(One) > 2 ? Failure(FailureKind.CredentialExpired) : null;
        _channel.Answer = (_, _) => Report(503);

        var failure = await Assert.ThrowsAsync<FleetException>(() => WaitAsync(s_wait, One));

        Assert.Equal(FailureKind.CredentialExpired, failure.Kind);
    }

    /// <summary>As after a start: Systems Manager refuses the host until its agent has registered.</summary>
    [Fact]
    public async Task A_host_that_registers_later_is_waited_for()
    {
        _channel.BadIds.Add(One);
        _channel.Answer = (id, _) =>
        {
            _channel.BadIds.Remove(One);
            return Report(id == One || Round(id) > 2 ? 200 : 503);
        };

        var rows = await WaitAsync(s_wait, One, Two);

        Assert.All(rows, row => Assert.Equal((Verdict.Healthy, null), (row.Report.Verdict, row.Failure)));
    }

    private Task<List<(HealthReport Report, FleetException? Failure)>> WaitAsync(HealthWait wait, params string[] ids)
    {
        var settings = new FleetSettings();
        var dispatcher = new CommandDispatcher(
            _channel, new FakeDirectory(), new RegionLimits(_clock.Time), _clock.Time, NoLog.Instance, jitter: () => 0);
        var service = new HealthWaitService(
            new HealthService(new HostOperationRunner(dispatcher, settings), settings), _clock.Time, NoLog.Instance);
        var targets = ids.Select(id => new HostTarget(id, id, "production", "us-east-2")).ToList();
        return _clock.RunAsync(Clockwork.ToListAsync(service.WaitAsync(targets, wait, null, default)));
    }

    private static FleetException Failure(FailureKind kind) => new(kind, "No.", "Wait.", null);

    private static FakeAnswer Report(int ready, int health = 200, int pid = 7)
    {
        var payload = $$"""
            unit aragora
            load loaded
            active active
            sub running
            pid {{pid}}
            restarts 0
            healthz.code 200
            healthz.body {"status":"ok"}
            readyz.code {{ready}}
            readyz.body {"status":"{{(ready == 200 ? "ready" : "not_ready")}}"}
            health.code {{health}}
            health.body {"status":"{{(health == 200 ? "healthy" : "degraded")}}","timestamp":"2026-03-07T12:34:56.123456+00:00Z"}

            """;
        var checksum = PosixChecksum.Of(Encoding.ASCII.GetBytes(payload));
        return new FakeAnswer { Output = $"@@aragora-result 1 {payload.Length} {checksum}@@\n{payload}@@aragora-end@@\n" };
    }
}
