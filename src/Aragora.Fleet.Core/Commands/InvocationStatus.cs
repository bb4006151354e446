namespace Aragora.Fleet.Commands;

/// <summary>Reads the status words of Systems Manager, which the API writes with and without spaces.</summary>
internal static class InvocationStatus
{
    /// <summary>Whether more is to come.</summary>
    public static bool IsOpen(string status) =>
        Normalize(status) is "pending" or "inprogress" or "delayed" or "cancelling";

    /// <summary>The verdict on one final invocation: by its details, and by its status where the details are not known.</summary>
    public static ReplyStatus Judge(string status, string statusDetails) => Normalize(statusDetails) switch
    {
        "success" => ReplyStatus.Success,
        "failed" => ReplyStatus.Failed,
        "executiontimedout" => ReplyStatus.ExecutionTimedOut,
        "deliverytimedout" => ReplyStatus.DeliveryTimedOut,
        "undeliverable" => ReplyStatus.Undeliverable,
        "terminated" => ReplyStatus.Terminated,
        "cancelled" or "canceled" => ReplyStatus.Cancelled,
        "accessdenied" => ReplyStatus.AccessDenied,
        "invalidplatform" => ReplyStatus.InvalidPlatform,
        _ => Normalize(status) switch
        {
            "success" => ReplyStatus.Success,
            "failed" => ReplyStatus.Failed,
            "timedout" => ReplyStatus.ExecutionTimedOut,
            "cancelled" or "canceled" => ReplyStatus.Cancelled,
            _ => ReplyStatus.NoReply,
        },
    };

    /// <summary>What a final invocation means to a user.</summary>
    public static CommandState StateOf(ReplyStatus status) => status switch
    {
        ReplyStatus.Success => CommandState.Succeeded,
        ReplyStatus.Failed => CommandState.Failed,
        ReplyStatus.ExecutionTimedOut => CommandState.TimedOut,
        ReplyStatus.Cancelled => CommandState.Cancelled,
        ReplyStatus.NoReply or ReplyStatus.DeliveryTimedOut => CommandState.Unknown,
        _ => CommandState.NotDelivered,
    };

    /// <summary>What any invocation means to a user, under way or final.</summary>
    public static CommandState StateOf(string status, string statusDetails) => Normalize(status) switch
    {
        "pending" => CommandState.Pending,
        "inprogress" or "delayed" => CommandState.Running,
        "cancelling" => CommandState.Cancelling,
        _ => StateOf(Judge(status, statusDetails)),
    };

    private static string Normalize(string status) => status.Replace(" ", "").ToLowerInvariant();
}
