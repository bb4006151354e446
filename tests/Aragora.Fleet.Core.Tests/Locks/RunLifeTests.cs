using Aragora.Fleet.Core.Tests.Commands;
using Aragora.Fleet.Locks;

namespace Aragora.Fleet.Core.Tests.Locks;

/// <summary>Whether a run lives, by its fleet lock.</summary>
public sealed class RunLifeTests
{
    private readonly Clockwork _clock = new();
    private readonly RecordingLog _log = new();
    private int _asked;

    [Fact]
    public async Task A_run_without_a_lock_is_dead_at_once()
    {
        Assert.Null(await FindAsync(_ => []));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task The_lock_of_another_run_says_nothing() =>
        Assert.Null(await FindAsync(_ => [Entry(0) with { DeployId = "d2" }, Entry(0) with { Since = null }]));

    [Fact]
    public async Task Another_heartbeat_says_that_it_lives()
    {
        Assert.NotNull(await FindAsync(asked => [Entry(asked < 4 ? 0 : 10)]));
        Assert.Equal(4, _asked);
    }

    [Fact]
    public async Task A_lock_that_dies_meanwhile_says_that_it_is_dead() =>
        Assert.Null(await FindAsync(asked => [Entry(0) with { IsDead = asked > 30 }]));

    [Fact]
    public async Task Without_any_sign_within_the_patience_it_counts_as_alive()
    {
        Assert.NotNull(await FindAsync(_ => [Entry(0)]));
        Assert.Equal(61, _asked);
    }

    [Fact]
    public async Task Whose_lock_is_waited_for_and_until_when_is_told_once()
    {
        await FindAsync(_ => [Entry(0)]);

        var told = Assert.Single(_log.Lines);
        Assert.Contains("by alice, deploy d1", told, StringComparison.Ordinal);
        Assert.Contains("UTC at most", told, StringComparison.Ordinal);
        Assert.Contains("dead at 1970-01-01 00:01:00Z without another", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_told_where_nothing_is_waited_for()
    {
        await FindAsync(_ => []);

        Assert.Empty(_log.Lines);
    }

    private static FleetLock Entry(int heartbeat) => new()
    {
        Environment = "production",
        Region = "us-east-2",
        Token = 1,
        Owner = "alice",
        Reason = "",
        DeployId = "d1",
        Since = DateTimeOffset.UnixEpoch,
        LastHeartbeat = DateTimeOffset.UnixEpoch.AddSeconds(heartbeat),
        Ttl = TimeSpan.FromSeconds(60),
        IsDead = false,
    };

    private Task<FleetLock?> FindAsync(Func<int, IReadOnlyList<FleetLock>> list) => _clock.RunAsync(
        new RunLife(_ => Task.FromResult(list(++_asked)), _clock.Time, _log).FindAsync("d1", TimeSpan.FromMinutes(1), default));
}
