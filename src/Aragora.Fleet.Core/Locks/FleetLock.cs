using System.Globalization;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Locks;

/// <summary>One entry of the fleet lock: who holds it, who waits for it, or who died with it.</summary>
public sealed record FleetLock
{
    // What an entry that nobody can read is taken for: it stands in the way until it is surely dead.
    private const double UnreadableTtlSeconds = 60;
    private const double LongestTtlSeconds = 86_400;

    /// <summary>The environment that is locked.</summary>
    public required string Environment { get; init; }

    /// <summary>The region whose hosts are locked.</summary>
    public required string Region { get; init; }

    /// <summary>The fencing token: it only ever grows, and hosts refuse one that is smaller than the last they saw.</summary>
    public required long Token { get; init; }

    /// <summary>Who.</summary>
    public required string Owner { get; init; }

    /// <summary>Why; empty where nothing was said.</summary>
    public required string Reason { get; init; }

    /// <summary>The deploy or restore that works under it; empty where none does.</summary>
    public required string DeployId { get; init; }

    /// <summary>When it was taken, by the service's clock; null for one who waits for it.</summary>
    public required DateTimeOffset? Since { get; init; }

    /// <summary>The last sign of life, by the service's clock.</summary>
    public required DateTimeOffset LastHeartbeat { get; init; }

    /// <summary>So long it outlives the last sign of life.</summary>
    public required TimeSpan Ttl { get; init; }

    /// <summary>When it is dead, unless there is another sign of life.</summary>
    public DateTimeOffset Expires => LastHeartbeat + Ttl;

    /// <summary>Whether its owner has given no sign of life for longer than <see cref="Ttl"/>: it blocks nobody.</summary>
    public required bool IsDead { get; init; }

    /// <summary>Whether it is one of this session's own.</summary>
    public bool IsMine { get; init; }

    /// <summary>Whether it stands for the lock itself; false for one who waits for it.</summary>
    public bool IsHeld => Since is not null;

    /// <summary>The random id of the entry.</summary>
    internal string Id { get; private init; } = "";

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Environment} in {Region}, token {Token} of {Owner}");

    /// <summary>From a parameter; null where it is no entry.</summary>
    internal static FleetLock? From(string environment, string region, StoredParameter parameter, DateTimeOffset serverTime)
    {
        var name = parameter.Name[(parameter.Name.LastIndexOf('/') + 1)..];
        if (!long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var token)
            || parameter.Name != LockPath.Entry(environment, token))
        {
            return null;
        }

        var content = StoredJson.Read<LockContent>(parameter.Value)
            ?? new LockContent { Id = "", Owner = "(unreadable)", TtlSeconds = UnreadableTtlSeconds, Since = parameter.Modified };
        var ttl = TimeSpan.FromSeconds(Math.Clamp(content.TtlSeconds, 0, LongestTtlSeconds));
        return new FleetLock
        {
            Environment = environment,
            Region = region,
            Token = token,
            Owner = content.Owner,
            Reason = content.Reason ?? "",
            DeployId = content.DeployId ?? "",
            Since = content.Since,
            LastHeartbeat = parameter.Modified,
            Ttl = ttl,
            IsDead = serverTime - parameter.Modified > ttl,
            Id = content.Id,
        };
    }
}
