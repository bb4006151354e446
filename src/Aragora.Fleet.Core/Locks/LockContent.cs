namespace Aragora.Fleet.Locks;

/// <summary>What an entry of the lock says.</summary>
internal sealed record LockContent
{
    /// <summary>Random: tells this entry from any other of the same name.</summary>
    public required string Id { get; init; }

    public required string Owner { get; init; }

    public required double TtlSeconds { get; init; }

    public string? Reason { get; init; }

    public string? DeployId { get; init; }

    /// <summary>When the lock was taken, by the service's clock; null for one who waits.</summary>
    public DateTimeOffset? Since { get; init; }
}
