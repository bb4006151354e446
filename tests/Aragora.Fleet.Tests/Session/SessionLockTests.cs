using Aragora.Fleet.Failures;
using Aragora.Fleet.Locks;
using Aragora.Fleet.Ports;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Tests.Commands;
using Microsoft.Extensions.Time.Testing;

namespace Aragora.Fleet.Tests.Session;

/// <summary>The lock of a session at its end, where its timer and a run meet.</summary>
public sealed class SessionLockTests(LockFleet fleet) : IClassFixture<LockFleet>
{
    private static readonly TimeSpan s_life = TimeSpan.FromMinutes(1);

    private readonly string _environment = $"e{Guid.NewGuid():N}";
    private readonly FakeTimeProvider _time = new();
    private readonly StubbornStore _store = new(fleet.Store);

    [Fact]
    public async Task A_lock_that_is_just_being_given_back_is_not_lent_any_more()
    {
        var own = await LockAsync();
        _store.Hold = new TaskCompletionSource();
        _time.Advance(s_life);

        var refused = await Assert.ThrowsAsync<FleetException>(() => own.UseAsync("d1", CancellationToken.None));

        Assert.Equal(FailureKind.LockLost, refused.Kind);
        Assert.Equal("", Assert.Single(await fleet.ListAsync(_environment)).DeployId);
        _store.Hold.SetResult();
        await own.DisposeAsync();
        Assert.Empty(await fleet.ListAsync(_environment));
    }

    [Fact]
    public async Task The_end_of_a_session_waits_for_the_end_of_its_lock()
    {
        var own = await LockAsync();
        _store.Hold = new TaskCompletionSource();
        _time.Advance(s_life);

        var end = own.DisposeAsync().AsTask();
        Assert.False(end.IsCompleted);
        _store.Hold.SetResult();
        await end;

        Assert.Empty(await fleet.ListAsync(_environment));
    }

    [Fact]
    public async Task An_end_that_fails_is_told_to_the_end_of_the_session()
    {
        var own = await LockAsync();
        _store.Failure = new InvalidOperationException("no connection");
        _time.Advance(s_life);

        var told = await Assert.ThrowsAsync<InvalidOperationException>(() => own.DisposeAsync().AsTask());

        Assert.Equal("no connection", told.Message);
        Assert.Empty(await fleet.ListAsync(_environment));
    }

    [Fact]
    public async Task A_loan_that_cannot_be_told_to_be_over_comes_back_all_the_same()
    {
        var own = await LockAsync();
        var loan = await own.UseAsync("d1", CancellationToken.None);
        _time.Advance(s_life);
        _store.PutFailure = new InvalidOperationException("no connection");

        await Assert.ThrowsAsync<InvalidOperationException>(() => loan.DisposeAsync().AsTask());

        Assert.Empty(await fleet.ListAsync(_environment));
    }

    // Its heartbeat is of another clock than its life, so that nothing renews it here.
    private async Task<SessionLock> LockAsync()
    {
        var held = await new FleetLockService(_store, TimeProvider.System, SilentLog.Instance, () => 0).TakeAsync(
            new LockRequest { Environment = _environment, Regions = [LockFleet.Region], Owner = "me", Ttl = TimeSpan.FromMinutes(10) },
            CancellationToken.None);
        return new SessionLock(held, [LockFleet.Region], s_life, _time);
    }

    /// <summary>The fleet's store, which can be slow to delete, or fail.</summary>
    private sealed class StubbornStore(IParameterStore inner) : IParameterStore
    {
        public TaskCompletionSource? Hold { get; set; }

        /// <summary>What becomes of the next delete.</summary>
        public Exception? Failure { get; set; }

        public Exception? PutFailure { get; set; }

        public Task<long?> PutAsync(
            string region, string name, string value, ParameterWrite write, CancellationToken cancellationToken) =>
            PutFailure is { } failure ? throw failure : inner.PutAsync(region, name, value, write, cancellationToken);

        public Task<ParameterListing> ListAsync(string region, string path, CancellationToken cancellationToken) =>
            inner.ListAsync(region, path, cancellationToken);

        public async Task DeleteAsync(string region, string name, CancellationToken cancellationToken)
        {
            if (Failure is { } failure)
            {
                Failure = null;
                throw failure;
            }

            await (Hold?.Task ?? Task.CompletedTask);
            await inner.DeleteAsync(region, name, cancellationToken);
        }
    }
}
