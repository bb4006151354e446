using System.Collections.Concurrent;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Locks;
using Aragora.Fleet.Ports;
using Aragora.Fleet.Sandboxes;
using Microsoft.Extensions.Time.Testing;

namespace Aragora.Fleet.Aws.Tests;

/// <summary>The fleet lock through the SDK, against the sandbox and on real clocks.</summary>
public sealed class FleetLockTests(SandboxBackend fixture) : IClassFixture<SandboxBackend>
{
    // Handing over is looked for more often than an administrator would.
    private static readonly PollSchedule s_eager = new()
    {
        First = TimeSpan.FromMilliseconds(20), Longest = TimeSpan.FromMilliseconds(60),
    };

    private readonly string _environment = $"{Guid.NewGuid():N}";
    private readonly QuietLog _log = new();

    [Fact]
    public async Task Of_two_at_once_exactly_one_holds_it_20_times()
    {
        await using var other = fixture.Create(fixture.Sandbox.AccessKey);
        for (var round = 0; round < 20; round++)
        {
            var attempts = new[] { fixture.Backend, other }
                .Select((backend, i) => Task.Run(() => TryTakeAsync(backend, Request($"client {i}")))).ToArray();
            var outcomes = await Task.WhenAll(attempts);
            var held = Assert.Single(outcomes, outcome => outcome.Lock is not null).Lock!;
            Assert.Equal(FailureKind.FleetLocked, Assert.Single(outcomes, o => o.Failure is not null).Failure!.Kind);
            await held.EnsureHeldAsync(CancellationToken.None);
            await held.DisposeAsync();
        }

        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task Twenty_contenders_get_it_one_after_the_other()
    {
        var holders = 0;
        var tokens = new ConcurrentQueue<long>();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () =>
        {
            await using var held = await Service(fixture.Backend)
                .TakeAsync(Request($"client {i}") with { Wait = TimeSpan.FromMinutes(2) }, CancellationToken.None);
            Assert.Equal(1, Interlocked.Increment(ref holders));
            await held.EnsureHeldAsync(CancellationToken.None);
            tokens.Enqueue(held.Token(fixture.Sandbox.Region));
            Interlocked.Decrement(ref holders);
        })));
        Assert.Equal(20, tokens.Distinct().Count());
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task An_owner_paused_past_its_life_finds_out_that_it_was_passed_over()
    {
        // The clock of the sleeper stands still, as that of a suspended machine does.
        var asleep = new FleetLockService(
            fixture.Backend.Parameters, new FakeTimeProvider(), _log, () => 0, s_eager);
        await using var held = await asleep.TakeAsync(
            Request("sleeper") with { Ttl = TimeSpan.FromSeconds(1) }, CancellationToken.None);
        await using var next = await Service(fixture.Backend).TakeAsync(
            Request("next") with { Wait = TimeSpan.FromMinutes(1) }, CancellationToken.None);

        Assert.False(held.Lost.IsCancellationRequested);
        var lost = await Assert.ThrowsAsync<FleetException>(() => held.EnsureHeldAsync(CancellationToken.None));
        Assert.Equal(FailureKind.LockLost, lost.Kind);
        Assert.True(held.Lost.IsCancellationRequested);
        await next.EnsureHeldAsync(CancellationToken.None);
        Assert.True(next.Token(fixture.Sandbox.Region) > held.Token(fixture.Sandbox.Region));
        Assert.Contains("sleeper", Assert.Single(_log.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_write_that_was_carried_out_and_not_answered_does_not_stand_in_its_own_way(int writes)
    {
        var control = SandboxControl.Of(fixture.Sandbox.Endpoint, fixture.Sandbox.ControlToken);
        await control.SetAsync(
            new SandboxFault { Kind = SandboxFaultKind.CutAfterAcceptance, ApiAction = "PutParameter", Count = writes },
            CancellationToken.None);
        var held = await Service(fixture.Backend).TakeAsync(Request("client"), CancellationToken.None);
        await using var end = held;
        Assert.Empty(await control.ClearAsync(null, CancellationToken.None));
        await held.EnsureHeldAsync(CancellationToken.None);
        var entry = Assert.Single(await ListAsync());
        Assert.Equal((held.Token(fixture.Sandbox.Region), true), (entry.Token, entry.IsHeld));
    }

    private LockRequest Request(string owner) =>
        new() { Environment = _environment, Regions = [fixture.Sandbox.Region], Owner = owner };

    private FleetLockService Service(IFleetBackend backend) =>
        new(backend.Parameters, TimeProvider.System, _log, () => 0.5, s_eager);

    private async Task<(HeldLock? Lock, FleetException? Failure)> TryTakeAsync(IFleetBackend backend, LockRequest request)
    {
        try
        {
            return (await Service(backend).TakeAsync(request, CancellationToken.None), null);
        }
        catch (FleetException e)
        {
            return (null, e);
        }
    }

    private Task<IReadOnlyList<FleetLock>> ListAsync() => Service(fixture.Backend)
        .ListAsync(_environment, [fixture.Sandbox.Region], CancellationToken.None);

    private sealed class QuietLog : IFleetLog
    {
        public ConcurrentQueue<string> Warnings { get; } = new();

        public void Warning(string message) => Warnings.Enqueue(message);

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
}
