using Aragora.Fleet.Sandbox.Faults;
using Aragora.Fleet.Sandbox.Ssm;
using Aragora.Fleet.Sandboxes;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests.Faults;

/// <summary>A host under the faults that strike hosts.</summary>
public sealed class FaultyHostTests
{
    private const string Id = "i-0dbd51f74a9a11fcc";

    private static readonly ScriptOrder s_order = new("c-1", "true", "", TimeSpan.FromSeconds(30));

    private readonly FakeTimeProvider _time = new();
    private readonly CountingHost _inner = new();
    private readonly FaultSet _faults;
    private readonly FaultyHost _host;

    public FaultyHostTests()
    {
        _faults = new FaultSet(_time);
        _host = new FaultyHost(_inner, Id, _faults, _time);
    }

    [Fact]
    public async Task An_agent_that_is_offline_takes_nothing_up_until_it_is_back()
    {
        Set(SandboxFaultKind.AgentOffline);

        var takeUp = _host.TakeUpAsync(default);
        Assert.False(_host.IsConnected);
        Assert.False(takeUp.IsCompleted);
        _faults.Clear(null);

        await takeUp;
        Assert.True(_host.IsConnected);
    }

    [Fact]
    public async Task What_runs_when_the_agent_goes_is_told_when_it_is_back()
    {
        Set(SandboxFaultKind.AgentOffline);

        var running = _host.RunAsync(s_order, default);
        Assert.Equal(1, _inner.Runs);
        Assert.False(running.IsCompleted);
        _faults.Clear(null);

        Assert.Equal(0, (await running).ExitCode);
    }

    [Fact]
    public async Task A_lost_reply_comes_from_a_script_that_ran()
    {
        Set(SandboxFaultKind.LostReply, TimeSpan.FromSeconds(2));

        var running = _host.RunAsync(s_order, default);
        Assert.Equal(1, _inner.Runs);
        Assert.False(running.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAsync<DeliveryTimedOutException>(() => running);
    }

    [Fact]
    public async Task A_lost_reply_without_a_delay_never_ends_by_itself()
    {
        Set(SandboxFaultKind.LostReply);
        using var stop = new CancellationTokenSource();

        var running = _host.RunAsync(s_order, stop.Token);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.False(running.IsCompleted);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_delivery_that_times_out_runs_nothing()
    {
        Set(SandboxFaultKind.DeliveryTimeout, TimeSpan.FromSeconds(2));

        var takeUp = _host.TakeUpAsync(default);
        _time.Advance(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAsync<DeliveryTimedOutException>(() => takeUp);
        Assert.Equal(0, _inner.Runs);
    }

    [Fact]
    public async Task A_slow_host_runs_later()
    {
        Set(SandboxFaultKind.SlowHost, TimeSpan.FromSeconds(5));

        var running = _host.RunAsync(s_order, default);
        Assert.Equal(0, _inner.Runs);
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(0, (await running).ExitCode);
    }

    [Fact]
    public async Task A_host_slower_than_the_execution_timeout_is_killed_and_has_run_nothing()
    {
        Set(SandboxFaultKind.SlowHost, TimeSpan.FromMinutes(5));

        var running = _host.RunAsync(s_order, default);
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal((137, false), ((await running).ExitCode, (await running).WasCancelled));
        Assert.Equal(0, _inner.Runs);
    }

    [Fact]
    public async Task A_slow_host_can_be_cancelled()
    {
        Set(SandboxFaultKind.SlowHost, TimeSpan.FromSeconds(20));

        var running = _host.RunAsync(s_order, default);
        await _host.CancelAsync(s_order.CommandId, default);

        Assert.Equal((137, true), ((await running).ExitCode, (await running).WasCancelled));
    }

    private void Set(SandboxFaultKind kind, TimeSpan? delay = null) =>
        _faults.Set(new SandboxFault { Kind = kind, InstanceIds = [Id], Delay = delay });

    private sealed class CountingHost : IScriptHost
    {
        public int Runs { get; private set; }

        public bool IsConnected => true;

        public Task TakeUpAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<ScriptOutcome> RunAsync(ScriptOrder order, CancellationToken cancellationToken)
        {
            Runs++;
            return Task.FromResult(new ScriptOutcome(0, false, default, default, "", ""));
        }

        public Task CancelAsync(string commandId, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
