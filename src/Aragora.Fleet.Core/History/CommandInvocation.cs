using Aragora.Fleet.Commands;

namespace Aragora.Fleet.History;

/// <summary>What one command did, or does, on one host, as Systems Manager remembers it. Whoever sent it.</summary>
/// <remarks>Source: SSM ListCommandInvocations, which keeps 30 days.</remarks>
public sealed record CommandInvocation : IHostIdentity
{
    /// <summary>The SSM command.</summary>
    public required string CommandId { get; init; }

    /// <inheritdoc/>
    public required string InstanceId { get; init; }

    /// <inheritdoc/>
    public required string Name { get; init; }

    /// <inheritdoc/>
    public required string Environment { get; init; }

    /// <inheritdoc/>
    public required string Region { get; init; }

    /// <summary>How it ended on this host, or how far it is.</summary>
    public required CommandState State { get; init; }

    /// <summary>The service's own word, such as <c>DeliveryTimedOut</c>.</summary>
    public required string StatusDetails { get; init; }

    /// <summary>The exit code that the agent reported; null where there is none.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What its sender wrote beside it; this module's begin with <c>aragora-fleet</c>.</summary>
    public string Comment { get; init; } = "";

    /// <summary>The document that was run, such as <c>AWS-RunShellScript</c>.</summary>
    public string Document { get; init; } = "";

    /// <summary>When it was requested, in UTC.</summary>
    public DateTimeOffset? Requested { get; init; }

    /// <summary>When it began on the host, in UTC; null where it did not begin.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>How long it ran on the host; null where it has not ended.</summary>
    public TimeSpan? Duration { get; init; }
}
