namespace Aragora.Fleet;

/// <summary>Which instances are meant. Every part that is given must hold; within one part any value will do.</summary>
public sealed record InstanceSelector
{
    /// <summary>The regions to look in.</summary>
    public required IReadOnlyList<string> Regions { get; init; }

    /// <summary>The environment, or null for all.</summary>
    public string? Environment { get; init; }

    /// <summary>Literal instance ids.</summary>
    public IReadOnlyList<string> InstanceIds { get; init; } = [];

    /// <summary>Names; <c>*</c> and <c>?</c> are wildcards.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>States; none means every state but terminated and shutting-down.</summary>
    public IReadOnlyList<InstanceState> States { get; init; } = [];

    /// <summary>Further tags, value by key; <c>*</c> and <c>?</c> are wildcards.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}
