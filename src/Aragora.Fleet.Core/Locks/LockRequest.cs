namespace Aragora.Fleet.Locks;

/// <summary>What lock is wanted.</summary>
public sealed record LockRequest
{
    /// <summary>The environment; empty for hosts that have none.</summary>
    public required string Environment { get; init; }

    /// <summary>The regions, each with a lock of its own: all of them are taken, or none.</summary>
    public required IReadOnlyList<string> Regions { get; init; }

    /// <summary>Who.</summary>
    public required string Owner { get; init; }

    /// <summary>Why; empty where nothing was said.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The run that works under it; empty for none.</summary>
    public string DeployId { get; init; } = "";

    /// <summary>So long it outlives its holder; renewed at a third of this.</summary>
    public TimeSpan Ttl { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long to wait for others; nothing fails at once.</summary>
    public TimeSpan Wait { get; init; }
}
