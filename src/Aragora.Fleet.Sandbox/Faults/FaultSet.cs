using Aragora.Fleet.Sandboxes;

namespace Aragora.Fleet.Sandbox.Faults;

/// <summary>The faults of one sandbox.</summary>
internal sealed class FaultSet(TimeProvider clock)
{
    /// <summary>So long eventual consistency takes at most.</summary>
    public static readonly TimeSpan LongestBlindness = TimeSpan.FromSeconds(10);

    private readonly object _gate = new();
    private readonly List<ActiveFault> _faults = [];
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>What is on.</summary>
    public IReadOnlyList<SandboxFault> All
    {
        get
        {
            lock (_gate)
                return _faults.ConvertAll(active => active.Fault);
        }
    }

    /// <summary>Ends with the next change of the set.</summary>
    public Task NextChange
    {
        get
        {
            lock (_gate)
                return _changed.Task;
        }
    }

    /// <summary>Switches a fault on, in place of one of the same kind, hosts and action.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public void Set(SandboxFault fault)
    {
        Check(fault);
        Change(() =>
        {
            _faults.RemoveAll(active => active.Fault.Kind == fault.Kind
                && active.Fault.ApiAction == fault.ApiAction
                && active.Fault.InstanceIds.ToHashSet().SetEquals(fault.InstanceIds));
            _faults.Add(new ActiveFault(fault, clock));
        });
    }

    /// <summary>Switches the faults of one kind off, or all where it is null.</summary>
    public void Clear(SandboxFaultKind? kind) =>
        Change(() => _faults.RemoveAll(active => kind is null || active.Fault.Kind == kind));

    /// <summary>The fault of a kind that strikes a host now; null where none does.</summary>
    public SandboxFault? StrikeHost(SandboxFaultKind kind, string instanceId) => Strike(
        kind, instanceId, fault => fault.InstanceIds.Count == 0 || fault.InstanceIds.Contains(instanceId));

    /// <summary>The fault of a kind that strikes a call now; null where none does.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="action">The API action.</param>
    /// <param name="body">The request, which names the hosts that it is for.</param>
    public SandboxFault? StrikeCall(SandboxFaultKind kind, string action, string body) => Strike(
        kind, "", fault => (fault.ApiAction is null || fault.ApiAction == action)
            && (fault.InstanceIds.Count == 0 || fault.InstanceIds.Any(body.Contains)));

    /// <summary>Whether the agent of a host is gone; no strike is counted.</summary>
    public bool IsOffline(string instanceId)
    {
        lock (_gate)
        {
            return _faults.Exists(active => active.Fault.Kind == SandboxFaultKind.AgentOffline
                && (active.Fault.InstanceIds.Count == 0 || active.Fault.InstanceIds.Contains(instanceId))
                && active.IsOffline(instanceId));
        }
    }

    private SandboxFault? Strike(SandboxFaultKind kind, string instanceId, Predicate<SandboxFault> concerns)
    {
        lock (_gate)
        {
            var struck = _faults.Find(active =>
                active.Fault.Kind == kind && concerns(active.Fault) && active.Strikes(instanceId));
            if (struck is { IsSpent: true })
                Change(() => _faults.Remove(struck));
            return struck?.Fault;
        }
    }

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            _changed.SetResult();
            _changed = NewSignal();
        }
    }

    // Whoever waits for a change must not go on under the lock.
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Refuses values that are out of their range.</summary>
    /// <exception cref="ArgumentException">One is.</exception>
    public static void Check(SandboxFault fault)
    {
        if (!Enum.IsDefined(fault.Kind))
            throw new ArgumentException($"{fault.Kind} is no kind of fault.");
        if (fault.Rate is not (>= 0 and <= 1))
            throw new ArgumentException($"Rate is {fault.Rate}; it goes from 0 to 1.");
        if (fault.Count < 1 || fault.Burst < 1)
            throw new ArgumentException("Count and Burst are 1 at least.");
        if (fault.CallsPerSecond is { } calls && (calls <= 0 || fault.Kind != SandboxFaultKind.Throttling))
            throw new ArgumentException("CallsPerSecond is more than 0, and Throttling alone has it.");
        if (fault.Delay < TimeSpan.Zero && fault.Kind != SandboxFaultKind.ClockSkew)
            throw new ArgumentException("Delay is not negative, but for ClockSkew.");
        if (fault.Kind == SandboxFaultKind.EventualConsistency && fault.Delay > LongestBlindness)
            throw new ArgumentException($"Delay of EventualConsistency is {LongestBlindness.TotalSeconds} s at most.");
    }
}
