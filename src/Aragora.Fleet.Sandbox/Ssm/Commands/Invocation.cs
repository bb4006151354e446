namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>One command on one instance.</summary>
internal sealed class Invocation(string instanceId, string instanceName)
{
    private readonly object _gate = new();

    public string InstanceId { get; } = instanceId;

    public string InstanceName { get; } = instanceName;

    public InvocationState State { get; private set; } = InvocationState.Pending;

    /// <summary>Null until the host has answered.</summary>
    public ScriptOutcome? Outcome { get; private set; }

    public int ResponseCode => Outcome?.ExitCode ?? -1;

    /// <summary>Hands the invocation to its host; false when it is no longer wanted.</summary>
    public bool TryBegin()
    {
        lock (_gate)
        {
            if (State.IsFinal)
                return false;
            State = InvocationState.InProgress;
            return true;
        }
    }

    public void Finish(ScriptOutcome outcome)
    {
        lock (_gate)
            (Outcome, State) = (outcome, InvocationState.Of(outcome));
    }

    public void Fail()
    {
        lock (_gate)
            State = InvocationState.Failed;
    }

    public void Terminate()
    {
        lock (_gate)
        {
            if (State == InvocationState.Pending)
                State = InvocationState.Terminated;
        }
    }

    /// <summary>True when a host has to be told; an invocation not yet sent is cancelled at once.</summary>
    public bool RequestCancel()
    {
        lock (_gate)
        {
            if (State == InvocationState.Pending)
                State = InvocationState.Cancelled;
            if (State != InvocationState.InProgress)
                return false;
            State = InvocationState.Cancelling;
            return true;
        }
    }
}
