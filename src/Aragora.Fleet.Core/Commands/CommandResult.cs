namespace Aragora.Fleet.Commands;

/// <summary>What the user's own text did on one host.</summary>
public sealed record CommandResult : IHostIdentity
{
    /// <inheritdoc/>
    public required string InstanceId { get; init; }

    /// <inheritdoc/>
    public required string Name { get; init; }

    /// <inheritdoc/>
    public required string Environment { get; init; }

    /// <inheritdoc/>
    public required string Region { get; init; }

    /// <summary>The SSM command; null where none was accepted.</summary>
    public string? CommandId { get; init; }

    /// <summary>How it ended, or <see cref="CommandState.Sent"/> where nobody waited.</summary>
    public required CommandState State { get; init; }

    /// <summary>The text's own exit code; null where it gave none.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Standard output, to the last byte unless <see cref="Truncated"/>.</summary>
    public string StandardOutput { get; init; } = "";

    /// <summary>Standard error, to the last byte unless <see cref="Truncated"/>.</summary>
    public string StandardError { get; init; } = "";

    /// <summary>Whether a part of the output could not be had.</summary>
    public bool Truncated { get; init; }

    /// <summary>When it began, in UTC.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>How long it ran on the host.</summary>
    public TimeSpan? Duration { get; init; }
}

/// <summary>How a command ended on one host.</summary>
public enum CommandState
{
    /// <summary>Not established: it may have run.</summary>
    Unknown,

    /// <summary>Accepted by Systems Manager; nobody waited.</summary>
    Sent,

    /// <summary>Exit code 0.</summary>
    Succeeded,

    /// <summary>Another exit code.</summary>
    Failed,

    /// <summary>Killed at its execution timeout.</summary>
    TimedOut,

    /// <summary>Cancelled.</summary>
    Cancelled,

    /// <summary>Did not reach the host: it did not run.</summary>
    NotDelivered,

    /// <summary>Accepted, and the host has not taken it up yet.</summary>
    Pending,

    /// <summary>On its way to the host, or running there.</summary>
    Running,

    /// <summary>An end was asked for, and the host has not answered yet.</summary>
    Cancelling,
}
