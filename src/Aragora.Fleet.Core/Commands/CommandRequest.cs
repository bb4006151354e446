namespace Aragora.Fleet.Commands;

/// <summary>One script for many hosts.</summary>
public sealed record CommandRequest
{
    /// <summary>The hosts, of any number and of any regions.</summary>
    public required IReadOnlyList<HostTarget> Targets { get; init; }

    /// <summary>The whole script for the hosts of one send, at most 50: what it says of each host has to fit into it.</summary>
    public required Func<IReadOnlyList<HostTarget>, string> ScriptFor { get; init; }

    /// <summary>What the hosts of one send have in common, where the script depends on it; null where nothing has to be.</summary>
    public Func<HostTarget, object>? KindOf { get; init; }

    /// <summary>At most 100 characters, kept in the command history; longer text is cut.</summary>
    public required string Comment { get; init; }

    /// <summary>Within this a host must take the command up; 30 s at least.</summary>
    public required TimeSpan DeliveryTimeout { get; init; }

    /// <summary>After this the agent kills the script; 5 s at least.</summary>
    public required TimeSpan ExecutionTimeout { get; init; }

    /// <summary>
    /// Whether running the script twice on a host does no harm: a read, or a step that the host knows by its id. Only then
    /// is a send whose outcome is not known sent again.
    /// </summary>
    public required bool IsRepeatable { get; init; }

    /// <summary>Whether the command is cancelled at the service when nobody waits for it any more. Never for a change.</summary>
    public required bool CancelWhenAbandoned { get; init; }

    /// <summary>Whether the caller needs the output to its last byte, or a result block only.</summary>
    public bool NeedsFullOutput { get; init; }
}
