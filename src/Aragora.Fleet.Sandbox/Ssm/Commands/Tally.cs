namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>The invocations of a command by state, counted in one pass, and what the service makes of them.</summary>
internal readonly struct Tally
{
    private readonly int _total;
    private readonly int _pending;
    private readonly int _cancelling;
    private readonly int _success;
    private readonly int _failed;
    private readonly int _cancelled;
    private readonly int _undeliverable;

    public Tally(IReadOnlyList<Invocation> invocations)
    {
        _total = invocations.Count;
        foreach (var invocation in invocations)
        {
            var state = invocation.State;
            Completed += state.IsFinal ? 1 : 0;
            Errors += state.IsError ? 1 : 0;
            _pending += state == InvocationState.Pending ? 1 : 0;
            _cancelling += state == InvocationState.Cancelling ? 1 : 0;
            _success += state == InvocationState.Success ? 1 : 0;
            _failed += state == InvocationState.Failed ? 1 : 0;
            _cancelled += state == InvocationState.Cancelled ? 1 : 0;
            _undeliverable += state == InvocationState.Undeliverable ? 1 : 0;
            DeliveryTimedOut += state == InvocationState.DeliveryTimedOut ? 1 : 0;
        }
    }

    public int Completed { get; }

    /// <summary>Failed and ExecutionTimedOut alone count against MaxErrors.</summary>
    public int Errors { get; }

    public int DeliveryTimedOut { get; }

    public bool IsComplete => Completed == _total;

    /// <summary>Status and StatusDetails of the whole, which hide single hosts as the service's do.</summary>
    public (string Status, string Details) Summary(int maxErrors)
    {
        if (_total == 0)
            return ("Failed", "NoInstancesInTag");
        if (_pending == _total)
            return ("Pending", "Pending");
        if (_cancelling > 0)
            return ("Cancelling", "Cancelling");
        if (!IsComplete)
            return ("InProgress", "InProgress");
        if (Errors > maxErrors)
            return _failed > 0 ? ("Failed", "Failed") : ("TimedOut", "ExecutionTimedOut");
        if (_cancelled > 0)
            return ("Cancelled", "Cancelled");
        if (DeliveryTimedOut > maxErrors)
            return ("TimedOut", "DeliveryTimedOut");
        if (_undeliverable == _total)
            return ("Failed", "Failed");
        return _success + _undeliverable == _total ? ("Success", "Success") : ("Failed", "Incomplete");
    }
}
