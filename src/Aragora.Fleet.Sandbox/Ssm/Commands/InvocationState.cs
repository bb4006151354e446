namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>One state of an invocation, with the words that the API has for it.</summary>
internal sealed record InvocationState(string Status, string Details, bool IsFinal, bool IsError)
{
    public static InvocationState Pending { get; } = new("Pending", "Pending", IsFinal: false, IsError: false);

    public static InvocationState InProgress { get; } = new("InProgress", "InProgress", false, false);

    public static InvocationState Cancelling { get; } = new("Cancelling", "Cancelling", false, false);

    public static InvocationState Success { get; } = new("Success", "Success", IsFinal: true, IsError: false);

    public static InvocationState Cancelled { get; } = new("Cancelled", "Cancelled", true, false);

    public static InvocationState Failed { get; } = new("Failed", "Failed", IsFinal: true, IsError: true);

    public static InvocationState ExecutionTimedOut { get; } = new("TimedOut", "ExecutionTimedOut", true, true);

    /// <summary>Not taken up in time, or not answered before the command expired: it may have run.</summary>
    public static InvocationState DeliveryTimedOut { get; } = new("TimedOut", "DeliveryTimedOut", true, false);

    /// <summary>Named as a target, and not to be reached.</summary>
    public static InvocationState Undeliverable { get; } = new("Failed", "Undeliverable", true, false);

    /// <summary>Never sent, since the command had more errors than MaxErrors allows.</summary>
    public static InvocationState Terminated { get; } = new("Cancelled", "Terminated", true, false);

    /// <summary>Exit codes with a meaning of their own; 194 never gets here, it reboots the host.</summary>
    public static InvocationState Of(ScriptOutcome outcome) => outcome.ExitCode switch
    {
        _ when outcome.WasCancelled => Cancelled,
        0 or 168 => Success,
        137 => ExecutionTimedOut,
        _ => Failed,
    };
}
