namespace Aragora.Fleet.Ports;

/// <summary>SSM Run Command, call by call. Nothing here retries a send: a repeated send runs a script twice.</summary>
public interface ICommandChannel
{
    /// <summary>SendCommand to at most 50 instances with the document AWS-RunShellScript.</summary>
    /// <exception cref="InvalidTargetsException">An id is not one that Systems Manager accepts; nothing was sent.</exception>
    Task<string> SendAsync(SendRequest request, CancellationToken cancellationToken);

    /// <summary>ListCommands: one page of at most 50 commands, newest first.</summary>
    Task<Page<CommandProgress>> ListCommandsAsync(
        string region, HistoryQuery query, string? nextToken, CancellationToken cancellationToken);

    /// <summary>ListCommandInvocations with details: one page of at most 50 invocations, newest command first.</summary>
    Task<Page<InvocationSummary>> ListInvocationsAsync(
        string region, HistoryQuery query, string? nextToken, CancellationToken cancellationToken);

    /// <summary>GetCommandInvocation of a listed row; null while the service does not know the invocation yet.</summary>
    Task<InvocationOutput?> GetInvocationAsync(
        string region, InvocationSummary row, CancellationToken cancellationToken);

    /// <summary>CancelCommand: asks for an end, which the service does not promise.</summary>
    /// <param name="region">The region of the command.</param>
    /// <param name="commandId">The command.</param>
    /// <param name="instanceIds">The instances; empty for all.</param>
    /// <param name="cancellationToken">Gives the call itself up.</param>
    Task CancelAsync(
        string region, string commandId, IReadOnlyList<string> instanceIds, CancellationToken cancellationToken);
}

/// <summary>One SendCommand call.</summary>
public sealed record SendRequest
{
    /// <summary>The region of all the instances.</summary>
    public required string Region { get; init; }

    /// <summary>1 to 50 instance ids.</summary>
    public required IReadOnlyList<string> InstanceIds { get; init; }

    /// <summary>The whole script: LF only, no BOM, its first line the interpreter.</summary>
    public required string Script { get; init; }

    /// <summary>At most 100 characters, kept in the history.</summary>
    public required string Comment { get; init; }

    /// <summary>Within this the host must take the command up; 30 s at least. TimeoutSeconds on the wire.</summary>
    public required TimeSpan DeliveryTimeout { get; init; }

    /// <summary>After this the agent kills the script; 5 s at least. executionTimeout on the wire.</summary>
    public required TimeSpan ExecutionTimeout { get; init; }
}

/// <summary>What part of the command history is asked for. Every part that is given must hold.</summary>
public sealed record HistoryQuery
{
    /// <summary>One command; null for all.</summary>
    public string? CommandId { get; init; }

    /// <summary>One host; null for all.</summary>
    public string? InstanceId { get; init; }

    /// <summary>One Status in the service's word; null for all.</summary>
    public string? Status { get; init; }

    /// <summary>Requested at or after this; null for no bound.</summary>
    public DateTimeOffset? After { get; init; }

    /// <summary>Requested before this; null for no bound.</summary>
    public DateTimeOffset? Before { get; init; }
}

/// <summary>One command, and its progress over all its instances.</summary>
/// <param name="CommandId">The command.</param>
/// <param name="Status">The command's StatusDetails. It hides single hosts: never a verdict.</param>
/// <param name="CompletedCount">How many invocations are final.</param>
public sealed record CommandProgress(string CommandId, string Status, int CompletedCount)
{
    /// <summary>What its sender wrote beside it.</summary>
    public string Comment { get; init; } = "";

    /// <summary>When it was requested, in UTC.</summary>
    public DateTimeOffset? Requested { get; init; }

    /// <summary>The instances that it was sent to by their ids; empty where it was sent to a tag.</summary>
    public IReadOnlyList<string> InstanceIds { get; init; } = [];
}

/// <summary>One row of ListCommandInvocations.</summary>
public sealed record InvocationSummary
{
    /// <summary>The command.</summary>
    public required string CommandId { get; init; }

    /// <summary>What Systems Manager calls the host; empty where it does not say.</summary>
    public string InstanceName { get; init; } = "";

    /// <summary>What the sender of the command wrote beside it.</summary>
    public string Comment { get; init; } = "";

    /// <summary>The document that was run.</summary>
    public string Document { get; init; } = "";

    /// <summary>When the command was requested, in UTC.</summary>
    public DateTimeOffset? Requested { get; init; }

    /// <summary>The host.</summary>
    public required string InstanceId { get; init; }

    /// <summary>Status: Pending, InProgress, Delayed, Success, Cancelled, TimedOut, Failed, Cancelling.</summary>
    public required string Status { get; init; }

    /// <summary>StatusDetails, which tells DeliveryTimedOut from ExecutionTimedOut, and so on.</summary>
    public required string StatusDetails { get; init; }

    /// <summary>
    /// Of a document with several steps, the one that code, output and times are of: the first that did not succeed, else
    /// the last that ran. Null where there is but one.
    /// </summary>
    public string? Step { get; init; }

    /// <summary>The exit code; -1 while there is none.</summary>
    public required int ResponseCode { get; init; }

    /// <summary>At most 2,500 characters: stdout, then a separator and stderr where there is any.</summary>
    public required string Output { get; init; }

    /// <summary>When the script began, in UTC.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When the script ended, in UTC.</summary>
    public DateTimeOffset? Finished { get; init; }
}

/// <summary>The answer of GetCommandInvocation.</summary>
/// <param name="StandardOutput">At most 24,000 characters, the head.</param>
/// <param name="StandardError">At most 8,000 characters, the head.</param>
public sealed record InvocationOutput(string StandardOutput, string StandardError);

/// <summary>One page of a paged call.</summary>
/// <typeparam name="T">What the page holds.</typeparam>
/// <param name="Items">The rows of this page.</param>
/// <param name="NextToken">Asks for the next page; null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextToken);
