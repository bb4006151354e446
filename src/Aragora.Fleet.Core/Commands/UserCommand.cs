namespace Aragora.Fleet.Commands;

/// <summary>Text of the user's own for many hosts.</summary>
public sealed record UserCommand
{
    /// <summary>The hosts.</summary>
    public required IReadOnlyList<HostTarget> Targets { get; init; }

    /// <summary>The text: a bash script, or one with an interpreter line of its own.</summary>
    public required string Text { get; init; }

    /// <summary>Within this a host must take it up; 30 s at least.</summary>
    public required TimeSpan DeliveryTimeout { get; init; }

    /// <summary>After this the agent kills it; 5 s at least.</summary>
    public required TimeSpan ExecutionTimeout { get; init; }

    /// <summary>Why; kept in the command history.</summary>
    public string Reason { get; init; } = "";
}
