namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>One command on one instance. Once it has reached a final state, nothing changes it any more.</summary>
internal sealed class Invocation(string instanceId, string instanceName)
{
    private readonly object _gate = new();
    private bool _isTakenUp;

    public string InstanceId { get; } = instanceId;

    public string InstanceName { get; } = instanceName;

    public InvocationState State { get; private set; } = InvocationState.Pending;

    /// <summary>Null until the host has answered.</summary>
    public ScriptOutcome? Outcome { get; private set; }

    public int ResponseCode => Outcome?.ExitCode ?? -1;

    /// <summary>Sends the invocation to its host; false when it is no longer wanted.</summary>
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

    /// <summary>The agent has it; false when it came too late, or only to find it cancelled.</summary>
    public bool TryTakeUp()
    {
        lock (_gate)
        {
            if (State == InvocationState.Cancelling)
                State = InvocationState.Cancelled;
            return _isTakenUp = !State.IsFinal;
        }
    }

    public void Finish(ScriptOutcome outcome)
    {
        lock (_gate)
        {
            if (!State.IsFinal)
                (Outcome, State) = (outcome, InvocationState.Of(outcome));
        }
    }

    /// <summary>Ends it without any answer of the host.</summary>
    public void End(InvocationState state)
    {
        lock (_gate)
        {
            if (!State.IsFinal)
                State = state;
        }
    }

    /// <summary>Ends it as one of those that are not sent any more.</summary>
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
            return _isTakenUp;
        }
    }
}
