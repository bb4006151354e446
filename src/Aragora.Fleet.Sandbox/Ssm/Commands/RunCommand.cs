namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>One accepted SendCommand.</summary>
internal sealed record RunCommand
{
    public required string Id { get; init; }

    public required CommandOrder Order { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    public required IReadOnlyList<Invocation> Invocations { get; init; }

    public DateTimeOffset ExpiresAt => RequestedAt + Order.DeliveryTimeout + Order.ExecutionTimeout;

    public int CompletedCount => Invocations.Count(invocation => invocation.State.IsFinal);

    public int ErrorCount => Invocations.Count(invocation => invocation.State.IsError);

    /// <summary>Status and StatusDetails of the whole, which hide single hosts as the service's do.</summary>
    public (string Status, string Details) Summary()
    {
        var states = Invocations.Select(invocation => invocation.State).ToList();
        if (states.Count == 0)
            return ("Failed", "NoInstancesInTag");
        if (states.TrueForAll(state => state == InvocationState.Pending))
            return ("Pending", "Pending");
        if (states.Contains(InvocationState.Cancelling))
            return ("Cancelling", "Cancelling");
        if (!states.TrueForAll(state => state.IsFinal))
            return ("InProgress", "InProgress");
        if (states.TrueForAll(state => state == InvocationState.Success))
            return ("Success", "Success");
        if (states.Count(state => state.IsError) > Order.MaxErrors.Of(states.Count))
            return states.Contains(InvocationState.Failed) ? ("Failed", "Failed") : ("TimedOut", "ExecutionTimedOut");
        return states.Contains(InvocationState.Cancelled) ? ("Cancelled", "Cancelled") : ("Failed", "Incomplete");
    }
}
