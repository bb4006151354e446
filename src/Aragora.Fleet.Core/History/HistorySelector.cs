using Aragora.Fleet.Commands;

namespace Aragora.Fleet.History;

/// <summary>
/// Which part of the command history is meant. Every part that is given must hold; within one part any value will do.
/// </summary>
public sealed record HistorySelector
{
    /// <summary>The regions to look in.</summary>
    public required IReadOnlyList<string> Regions { get; init; }

    /// <summary>The environment, or null for all.</summary>
    public string? Environment { get; init; }

    /// <summary>Commands; none means all.</summary>
    public IReadOnlyList<string> CommandIds { get; init; } = [];

    /// <summary>Hosts; none means those of the fleet.</summary>
    public IReadOnlyList<string> InstanceIds { get; init; } = [];

    /// <summary>States; none means all.</summary>
    public IReadOnlyList<CommandState> States { get; init; } = [];

    /// <summary>Requested at or after this; null for no bound.</summary>
    public DateTimeOffset? After { get; init; }

    /// <summary>Requested before this; null for no bound.</summary>
    public DateTimeOffset? Before { get; init; }
}
