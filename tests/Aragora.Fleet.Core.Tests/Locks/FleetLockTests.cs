using Aragora.Fleet.Core.Tests.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Locks;

namespace Aragora.Fleet.Core.Tests.Locks;

/// <summary>The fleet lock on a fake clock.</summary>
public sealed class FleetLockTests
{
    private readonly Clockwork _clock = new();
    private readonly FakeParameterStore _store;
    private readonly RecordingLog _log = new();

    public FleetLockTests() => _store = new FakeParameterStore(_clock.Time);

    [Fact]
    public async Task Who_holds_it_is_told_by_an_entry_and_gone_when_it_is_given_back()
    {
        var held = await TakeAsync(Request() with { DeployId = "d1", Reason = "a {{brace}}" });
        var entry = Assert.Single(await ListAsync());
        Assert.Equal(("alice", "a {{brace}}", "d1", 1L), (entry.Owner, entry.Reason, entry.DeployId, entry.Token));
        Assert.Equal((_store.Now, _store.Now + entry.Ttl), (entry.Since, entry.Expires));
        Assert.Equal((1L, 0L), (held.Token("us-east-2"), held.Token("eu-west-1")));
        Assert.Equal((true, false), (entry.IsHeld, entry.IsDead));
        Assert.DoesNotContain("{{", Value(), StringComparison.Ordinal);

        await held.DisposeAsync();
        Assert.Empty(_store.Entries);
        await using var next = await TakeAsync(Request());
        Assert.Equal(2, next.Token("us-east-2"));
    }

    [Fact]
    public async Task A_second_is_refused_at_once_and_told_who_why_since_when_and_what_to_do()
    {
        await using var held = await TakeAsync(Request() with { DeployId = "d1", Reason = "hotfix" });
        var refused = await Assert.ThrowsAsync<FleetException>(() => TakeAsync(Request("bob")));
        Assert.Equal(FailureKind.FleetLocked, refused.Kind);
        foreach (var part in new[] { "alice", "d1", "hotfix", "production in us-east-2", $"{_store.Now:u}", "dead at" })
        {
            Assert.Contains(part, refused.Message, StringComparison.Ordinal);
        }

        foreach (var part in new[] { "-LockWait", "-Wait", "Get-AragoraFleetLock", "Unlock-AragoraFleet -Stale" })
        {
            Assert.Contains(part, refused.Action, StringComparison.Ordinal);
        }

        Assert.Single(_store.Entries);
        await held.EnsureHeldAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Its_heartbeat_keeps_it_for_as_long_as_its_holder_wants()
    {
        await using var held = await TakeAsync(Request());
        await PassAsync(TimeSpan.FromMinutes(10));
        Assert.False(Assert.Single(await ListAsync()).IsDead);
        Assert.False(held.Lost.IsCancellationRequested);
        await held.EnsureHeldAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Who_waits_gets_it_when_it_is_given_back_and_keeps_its_place_meanwhile()
    {
        var held = await TakeAsync(Request());
        var waiting = TakeAsync(Request("bob") with { Wait = TimeSpan.FromHours(1) });
        await PassAsync(TimeSpan.FromMinutes(5));
        Assert.False(waiting.IsCompleted);
        Assert.Equal([(1, true, false), (2, false, false)], (await ListAsync()).Select(e => (e.Token, e.IsHeld, e.IsDead)));
        Assert.Contains(_log.Lines, line => line.Contains("Waiting") && line.Contains("alice") && line.Contains("dead at"));

        await held.DisposeAsync();
        await using var next = await _clock.RunAsync(waiting);
        Assert.Equal(2, next.Token("us-east-2"));
    }

    [Fact]
    public async Task Who_waits_too_long_or_is_cancelled_leaves_no_entry()
    {
        await using var held = await TakeAsync(Request());
        var late = TakeAsync(Request("bob") with { Wait = TimeSpan.FromMinutes(2) });
        var refused = await Assert.ThrowsAsync<FleetException>(() => _clock.RunAsync(late));
        Assert.Equal(FailureKind.FleetLocked, refused.Kind);

        using var cancel = new CancellationTokenSource();
        var cancelled = Service().TakeAsync(Request("bob") with { Wait = TimeSpan.FromHours(1) }, cancel.Token);
        await PassAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(2, _store.Entries.Count);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _clock.RunAsync(cancelled));
        Assert.Single(_store.Entries);
    }

    [Fact]
    public async Task Of_several_regions_all_are_taken_or_none()
    {
        var both = Request() with { Regions = ["us-east-2", "eu-west-1"] };
        await using var held = await TakeAsync(Request());
        await Assert.ThrowsAsync<FleetException>(() => TakeAsync(both));
        Assert.Single(_store.Entries);
        await held.DisposeAsync();
        await using var all = await TakeAsync(both);
        Assert.Equal((2, 2), (all.Token("eu-west-1"), all.Token("us-east-2")));
    }

    [Fact]
    public async Task Without_the_permission_there_is_no_lock_and_a_warning_that_says_so()
    {
        _store.OnCall = (what, _) =>
            what == "put" ? throw FakeParameterStore.Failure(FailureKind.AccessDenied) : Task.CompletedTask;
        await using var held = await TakeAsync(Request());
        Assert.Equal(0, held.Token("us-east-2"));
        await held.EnsureHeldAsync(CancellationToken.None);
        Assert.Contains("only the locks of the hosts", Assert.Single(_log.Warnings), StringComparison.Ordinal);
    }

    private static LockRequest Request(string owner = "alice") =>
        new() { Environment = "production", Regions = ["us-east-2"], Owner = owner };

    private FleetLockService Service() => new(_store, _clock.Time, _log, () => 0);

    private Task<HeldLock> TakeAsync(LockRequest request) => Service().TakeAsync(request, CancellationToken.None);

    private Task<IReadOnlyList<FleetLock>> ListAsync() =>
        Service().ListAsync("production", ["us-east-2"], CancellationToken.None);

    private string Value() => _store.ListAsync("us-east-2", "/aragora-fleet/production/lock", CancellationToken.None)
        .GetAwaiter().GetResult().Items[0].Value;

    private Task<bool> PassAsync(TimeSpan time) => _clock.RunAsync(Pass(time));

    private async Task<bool> Pass(TimeSpan time)
    {
        await Task.Delay(time, _clock.Time);
        return true;
    }
}
