using Aragora.Fleet.Sandboxes;

namespace Aragora.Fleet.Sandbox.Faults;

/// <summary>A fault that is on: draws whether it strikes, and counts its strikes. Guarded by the set that holds it.</summary>
internal sealed class ActiveFault(SandboxFault fault, TimeProvider clock)
{
    private readonly Random _random = new(fault.Seed);
    private double _tokens = fault.Burst;
    private long _refilled = clock.GetTimestamp();
    private int _strikes;

    public SandboxFault Fault => fault;

    public bool IsSpent => _strikes >= fault.Count;

    /// <summary>Whether it strikes this time, which counts.</summary>
    public bool Strikes(string instanceId)
    {
        var strikes = fault switch
        {
            { CallsPerSecond: { } rate } => !TakeToken(rate),
            { Kind: SandboxFaultKind.AgentOffline } => IsOffline(instanceId),
            _ => _random.NextDouble() < fault.Rate,
        };
        if (strikes)
            _strikes++;
        return strikes;
    }

    /// <summary>An agent that is gone is gone for every command: the host is drawn, and not the call.</summary>
    public bool IsOffline(string instanceId)
    {
        // FNV-1a: the runtime's own hash differs from process to process.
        var hash = 2166136261u ^ (uint)fault.Seed;
        foreach (var character in instanceId)
            hash = (hash ^ character) * 16777619;
        return new Random((int)hash).NextDouble() < fault.Rate;
    }

    private bool TakeToken(double callsPerSecond)
    {
        var now = clock.GetTimestamp();
        var refill = clock.GetElapsedTime(_refilled, now).TotalSeconds * callsPerSecond;
        _tokens = Math.Min(fault.Burst, _tokens + refill);
        _refilled = now;
        if (_tokens < 1)
            return false;
        _tokens--;
        return true;
    }
}
