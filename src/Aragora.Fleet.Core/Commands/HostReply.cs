using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Commands;

/// <summary>The final answer of one host to one command.</summary>
public sealed record HostReply
{
    /// <summary>The host.</summary>
    public required HostTarget Target { get; init; }

    /// <summary>How it ended.</summary>
    public required ReplyStatus Status { get; init; }

    /// <summary>The SSM command; null where none was accepted.</summary>
    public string? CommandId { get; init; }

    /// <summary>The exit code; null where the script gave none.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Standard output, as far as the service keeps it.</summary>
    public string StandardOutput { get; init; } = "";

    /// <summary>Standard error, as far as the service keeps it.</summary>
    public string StandardError { get; init; } = "";

    /// <summary>Whether the output is all that the service keeps; otherwise it is the head that its list shows.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>When the script began, in UTC.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When the script ended, in UTC.</summary>
    public DateTimeOffset? Finished { get; init; }

    /// <summary>Why there is no answer, or only the head of its output, where the cause is on our side of the service.</summary>
    public FleetException? Cause { get; init; }

    /// <summary>Whether the host may have run the script without our hearing of it.</summary>
    public bool MayHaveRun => Status is ReplyStatus.NoReply or ReplyStatus.DeliveryTimedOut or ReplyStatus.Cancelled;
}
