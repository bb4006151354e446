using Aragora.Fleet.Core.Tests.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Locks;
using Aragora.Fleet.Ports;

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

    [Fact]
    public async Task A_dead_holder_is_passed_over_its_entry_removed_and_its_name_told()
    {
        var held = await TakeAsync(Request());
        Break(FailureKind.ServiceUnavailable);
        await PassAsync(TimeSpan.FromMinutes(2));
        Mend();
        await using var next = await _clock.RunAsync(TakeAsync(Request("bob")));
        Assert.Equal(2, next.Token("us-east-2"));
        Assert.Equal("bob", Assert.Single(await ListAsync()).Owner);
        Assert.Contains("alice", Assert.Single(_log.Warnings), StringComparison.Ordinal);
        Assert.True(held.Lost.IsCancellationRequested);
    }

    [Theory]
    [InlineData(FailureKind.ServiceThrottled)]
    [InlineData(FailureKind.ServiceUnavailable)]
    [InlineData(FailureKind.CredentialExpired)]
    public async Task A_heartbeat_that_fails_is_repeated_until_the_lock_would_be_dead(FailureKind kind)
    {
        await using var held = await TakeAsync(Request());
        Break(kind);
        await PassAsync(TimeSpan.FromSeconds(50));
        Assert.False(held.Lost.IsCancellationRequested);
        Mend();
        await PassAsync(TimeSpan.FromMinutes(5));
        Assert.False(held.Lost.IsCancellationRequested);

        Break(kind);
        await PassAsync(TimeSpan.FromSeconds(61));
        Assert.True(held.Lost.IsCancellationRequested);
        var lost = await Assert.ThrowsAsync<FleetException>(() => held.EnsureHeldAsync(CancellationToken.None));
        Assert.Equal(FailureKind.LockLost, lost.Kind);
        Assert.Contains("could not be renewed within 60 s", lost.Message, StringComparison.Ordinal);
        Mend();
    }

    [Fact]
    public async Task A_heartbeat_that_is_never_answered_does_not_hide_the_loss()
    {
        await using var held = await TakeAsync(Request());
        _store.OnCall = (what, _) => what == "put" ? new TaskCompletionSource().Task : Task.CompletedTask;
        await PassAsync(TimeSpan.FromSeconds(61));
        Assert.True(held.Lost.IsCancellationRequested);
        Mend();
    }

    [Fact]
    public async Task A_heartbeat_that_fails_and_whose_list_is_never_answered_does_not_hide_the_loss()
    {
        await using var held = await TakeAsync(Request());
        _store.OnCall = (what, _) => what == "put"
            ? throw FakeParameterStore.Failure(FailureKind.ServiceUnavailable)
            : new TaskCompletionSource().Task;
        await PassAsync(TimeSpan.FromSeconds(61));
        Assert.True(held.Lost.IsCancellationRequested);
        Mend();
    }

    [Fact]
    public async Task A_removed_entry_is_not_made_anew_by_the_heartbeat()
    {
        await using var held = await TakeAsync(Request());
        await Service().RemoveAsync(Assert.Single(await ListAsync()), CancellationToken.None);
        await PassAsync(TimeSpan.FromSeconds(21));
        Assert.True(held.Lost.IsCancellationRequested);
        Assert.Empty(_store.Entries);
    }

    [Fact]
    public async Task It_is_given_back_although_its_run_was_cancelled_and_the_service_stumbles()
    {
        using var cancel = new CancellationTokenSource();
        var held = await Service().TakeAsync(Request(), cancel.Token);
        await cancel.CancelAsync();
        var failures = 2;
        _store.OnCall = (what, _) => what == "delete" && failures-- > 0
            ? throw FakeParameterStore.Failure(FailureKind.ServiceThrottled)
            : Task.CompletedTask;
        await _clock.RunAsync(EndAsync(held));
        Assert.Empty(_store.Entries);
        Assert.Empty(_log.Warnings);
    }

    [Fact]
    public async Task What_cannot_be_given_back_is_told()
    {
        var held = await TakeAsync(Request());
        Break(FailureKind.ServiceUnavailable);
        await _clock.RunAsync(EndAsync(held));
        Assert.Contains("could not be removed", Assert.Single(_log.Warnings), StringComparison.Ordinal);
    }

    // The token of bob is taken after that of alice, and his entry is made, and holds, before hers.
    [Fact]
    public async Task A_slow_contender_with_a_lower_token_does_not_hold_it_beside_the_holder()
    {
        var gate = new TaskCompletionSource();
        _store.OnCall = (what, name) => what == "put" && name.EndsWith("/lock/1", StringComparison.Ordinal)
            ? gate.Task
            : Task.CompletedTask;
        var slow = TakeAsync(Request() with { Wait = TimeSpan.FromHours(1) });
        var fast = await TakeAsync(Request("bob"));
        gate.SetResult();
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.False(slow.IsCompleted);
        await fast.EnsureHeldAsync(CancellationToken.None);
        await fast.DisposeAsync();
        await using var held = await _clock.RunAsync(slow);
        Assert.Equal(3, held.Token("us-east-2"));
    }

    // The process of alice is paused between the answer to her last list and what she makes of it.
    [Fact]
    public async Task A_list_that_is_taken_up_when_the_entry_is_dead_wins_nothing()
    {
        var gate = new TaskCompletionSource();
        var lists = 0;
        _store.OnAnswer = (what, _) => what == "list" && ++lists == 3 ? gate.Task : Task.CompletedTask;
        var late = TakeAsync(Request());
        _store.OnCall = (what, name) => what == "put" && name.EndsWith("/lock/1", StringComparison.Ordinal)
            ? throw FakeParameterStore.Failure(FailureKind.ServiceUnavailable)
            : Task.CompletedTask;
        await PassAsync(TimeSpan.FromSeconds(62));
        await using var next = await TakeAsync(Request("bob"));

        gate.SetResult();

        var refused = await Assert.ThrowsAsync<FleetException>(() => _clock.RunAsync(late));
        Assert.Equal(FailureKind.FleetLocked, refused.Kind);
        Assert.Equal(("bob", 2L), (await ListAsync()).Select(entry => (entry.Owner, entry.Token)).Single());
        await next.EnsureHeldAsync(CancellationToken.None);
    }

    // Both have seen the other before either holds, and neither waits: one of the two must get it all the same.
    [Fact]
    public async Task Of_two_who_do_not_wait_one_gets_it_in_whatever_order_their_calls_come()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            _store.OnCall = (_, _) => _clock.AtOnceAsync(async () =>
            {
                for (var i = random.Next(8); i > 0; i--)
                {
                    await Task.Yield();
                }
            });
            // The clock of the tests may outrun busy work by more than the usual time to live.
            var attempts = new[] { "alice", "bob", "carol" }
                .Select(owner => AttemptAsync(Request(owner) with { Ttl = TimeSpan.FromHours(2) })).ToArray();
            var held = (await _clock.RunAsync(Task.WhenAll(attempts))).OfType<HeldLock>().ToList();
            Assert.True(held.Count == 1, $"seed {seed}: {held.Count} hold it");
            await held[0].DisposeAsync();
            Assert.Empty(_store.Entries);
        }
    }

    [Fact]
    public async Task Twenty_get_it_one_after_the_other_in_the_order_of_their_tokens()
    {
        var holders = 0;
        var order = new List<long>();
        var all = Enumerable.Range(0, 20).Select(async i =>
        {
            await using var held = await TakeAsync(Request($"client {i}") with { Wait = TimeSpan.FromHours(1) });
            Assert.Equal(1, Interlocked.Increment(ref holders));
            order.Add(held.Token("us-east-2"));
            await Task.Delay(TimeSpan.FromSeconds(30), _clock.Time);
            Interlocked.Decrement(ref holders);
            return true;
        });
        await _clock.RunAsync(Task.WhenAll(all));
        Assert.Equal(order.Order(), order);
        Assert.Equal(20, order.Distinct().Count());
        Assert.Empty(_store.Entries);
    }

    [Fact]
    public async Task An_environment_has_a_name_of_its_own_whatever_its_tag_holds()
    {
        foreach (var environment in new[] { "", "_", "a b", "a/b", "a_b", "ünï" })
        {
            await using var held = await TakeAsync(Request() with { Environment = environment });
            Assert.Equal(1, held.Token("us-east-2"));
            Assert.Matches("^/aragora-fleet/[A-Za-z0-9._-]+/lock/1$", Assert.Single(_store.Entries));
        }
    }

    [Fact]
    public async Task An_entry_that_nobody_can_read_stands_in_the_way_until_it_is_surely_dead()
    {
        await _store.PutAsync("us-east-2", "/aragora-fleet/production/lock/7", "scribble", ParameterWrite.Create, default);
        await _store.PutAsync("us-east-2", "/aragora-fleet/production/lock/x", "scribble", ParameterWrite.Create, default);
        await Assert.ThrowsAsync<FleetException>(() => TakeAsync(Request()));
        await PassAsync(TimeSpan.FromSeconds(61));
        await using var held = await TakeAsync(Request());
        Assert.Equal("alice", Assert.Single(await ListAsync()).Owner);
    }

    [Fact]
    public async Task The_dead_entries_of_a_run_are_removed_and_their_owner_told_and_no_others()
    {
        await EnterAsync(1, "d1");
        await EnterAsync(2, "d2");
        await PassAsync(TimeSpan.FromMinutes(2));
        await EnterAsync(3, "d1");

        await Service().BuryAsync("production", ["us-east-2"], "d1", CancellationToken.None);

        Assert.Equal([(2L, "d2", true), (3L, "d1", false)], (await ListAsync()).Select(e => (e.Token, e.DeployId, e.IsDead)));
        var warning = Assert.Single(_log.Warnings);
        Assert.Contains("alice, deploy d1", warning, StringComparison.Ordinal);
        Assert.Contains("it is dead and was removed", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_run_that_works_under_it_can_be_named_later()
    {
        await using var held = await TakeAsync(Request());
        await held.NameRunAsync("d9", reason: null, CancellationToken.None);
        Assert.Equal("d9", Assert.Single(await ListAsync()).DeployId);
    }

    // The entry of an owner who gives no further sign of life.
    private Task<long?> EnterAsync(long token, string deployId) => _store.PutAsync(
        "us-east-2",
        LockPath.Entry("production", token),
        StoredJson.Write(new LockContent { Id = "x", Owner = "alice", TtlSeconds = 60, DeployId = deployId, Since = _store.Now }),
        ParameterWrite.Create,
        CancellationToken.None);

    private static async Task<bool> EndAsync(HeldLock held)
    {
        await held.DisposeAsync();
        return true;
    }

    private async Task<HeldLock?> AttemptAsync(LockRequest request)
    {
        try
        {
            return await TakeAsync(request);
        }
        catch (FleetException e) when (e.Kind == FailureKind.FleetLocked)
        {
            return null;
        }
    }

    private void Break(FailureKind kind) => _store.OnCall = (_, _) => throw FakeParameterStore.Failure(kind);

    private void Mend() => _store.OnCall = (_, _) => Task.CompletedTask;

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
