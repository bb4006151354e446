namespace Aragora.Fleet.Commands;

/// <summary>How one host's invocation ended. Judged by the invocation itself, never by its parent command.</summary>
public enum ReplyStatus
{
    /// <summary>No answer within the time the command could take: what the host did is unknown.</summary>
    NoReply,

    /// <summary>The script ended with exit code 0.</summary>
    Success,

    /// <summary>The script ended with another exit code, or could not be started.</summary>
    Failed,

    /// <summary>The agent killed the script at its execution timeout.</summary>
    ExecutionTimedOut,

    /// <summary>Not taken up in time, or the answer was lost: it may have run.</summary>
    DeliveryTimedOut,

    /// <summary>Systems Manager could not deliver it: it did not run.</summary>
    Undeliverable,

    /// <summary>The parent command ended before this host's turn: it did not run.</summary>
    Terminated,

    /// <summary>Cancelled, before or while it ran.</summary>
    Cancelled,

    /// <summary>The caller may not command this host: it did not run.</summary>
    AccessDenied,

    /// <summary>The document does not fit the host's platform: it did not run.</summary>
    InvalidPlatform,

    /// <summary>Systems Manager refused the instance id: nothing was sent.</summary>
    Refused,

    /// <summary>The send itself failed, and it is known that nothing was accepted.</summary>
    NotSent,
}
