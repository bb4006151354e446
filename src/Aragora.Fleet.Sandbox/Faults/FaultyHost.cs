using System.Collections.Concurrent;
using Aragora.Fleet.Sandbox.Ssm;
using Aragora.Fleet.Sandboxes;

namespace Aragora.Fleet.Sandbox.Faults;

/// <summary>A host, live or virtual, with the faults that are on for it.</summary>
internal sealed class FaultyHost(IScriptHost host, string instanceId, FaultSet faults, TimeProvider clock) : IScriptHost
{
    private const int Killed = 137;

    private static readonly TimeSpan s_slow = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, CancellationTokenSource> _slow = new();

    public bool IsConnected => host.IsConnected && !faults.IsOffline(instanceId);

    public async Task TakeUpAsync(CancellationToken cancellationToken)
    {
        // A change is watched for before it is looked: none can slip through in between.
        for (var change = faults.NextChange;
            faults.StrikeHost(SandboxFaultKind.AgentOffline, instanceId) is not null;
            change = faults.NextChange)
        {
            await change.WaitAsync(cancellationToken);
        }

        if (faults.StrikeHost(SandboxFaultKind.DeliveryTimeout, instanceId) is { } fault)
            await GiveUpAsync(fault, cancellationToken);
        await host.TakeUpAsync(cancellationToken);
    }

    public async Task<ScriptOutcome> RunAsync(ScriptOrder order, CancellationToken cancellationToken)
    {
        if (faults.StrikeHost(SandboxFaultKind.SlowHost, instanceId) is { } slow
            && await DawdleAsync(order, slow.Delay ?? s_slow, cancellationToken) is { } killed)
        {
            return killed;
        }

        var outcome = await host.RunAsync(order, cancellationToken);
        // What runs goes on without its agent, and is told when that is back.
        for (var change = faults.NextChange; faults.IsOffline(instanceId); change = faults.NextChange)
            await change.WaitAsync(cancellationToken);
        if (faults.StrikeHost(SandboxFaultKind.LostReply, instanceId) is { } lost)
            await GiveUpAsync(lost, cancellationToken);
        return outcome;
    }

    public async Task CancelAsync(string commandId, CancellationToken cancellationToken)
    {
        if (_slow.TryRemove(commandId, out var slow))
            await slow.CancelAsync();
        else
            await host.CancelAsync(commandId, cancellationToken);
    }

    /// <summary>Nothing more comes of the host: the service gives it up at the command's own time, or sooner if asked.</summary>
    private async Task GiveUpAsync(SandboxFault fault, CancellationToken cancellationToken)
    {
        await Task.Delay(fault.Delay ?? Timeout.InfiniteTimeSpan, clock, cancellationToken);
        throw new DeliveryTimedOutException();
    }

    /// <summary>Takes its time before it begins; not null where the script is killed meanwhile.</summary>
    private async Task<ScriptOutcome?> DawdleAsync(
        ScriptOrder order, TimeSpan delay, CancellationToken cancellationToken)
    {
        var started = clock.GetUtcNow();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _slow[order.CommandId] = cancel;
        try
        {
            var isTooSlow = delay >= order.ExecutionTimeout;
            await Task.Delay(isTooSlow ? order.ExecutionTimeout : delay, clock, cancel.Token);
            return isTooSlow ? Kill(wasCancelled: false) : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Kill(wasCancelled: true);
        }
        finally
        {
            _slow.TryRemove(order.CommandId, out _);
        }

        ScriptOutcome Kill(bool wasCancelled) => new(Killed, wasCancelled, started, clock.GetUtcNow(), "", "");
    }
}
