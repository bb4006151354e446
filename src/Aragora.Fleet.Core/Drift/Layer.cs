namespace Aragora.Fleet.Drift;

/// <summary>
/// One layer of the configuration over all hosts. Hosts are alike where the service is laid out alike; what is installed beside
/// it goes with its release, so there the release must be the same too.
/// </summary>
internal sealed class Layer
{
    private readonly Dictionary<string, Standard> _standards = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Group, string Sum), HostDrift> _holders = [];

    /// <param name="kind">Which.</param>
    /// <param name="hosts">The hosts that are judged.</param>
    /// <param name="named">What the named host told; null where none is named.</param>
    /// <param name="silent">How many hosts did not answer.</param>
    public Layer(DriftKind kind, IReadOnlyList<HostDrift> hosts, HostDrift? named, int silent)
    {
        Kind = kind;
        foreach (var group in hosts.Where(host => host.IsKnown).GroupBy(GroupOf, StringComparer.Ordinal))
        {
            _standards[group.Key] = named?.Sum(kind) is { } sum && GroupOf(named) == group.Key
                ? new Standard(sum, named.Target.Name, group.Count())
                : Standard.MajorityOf([.. group.Select(host => host.Sum(kind)).OfType<string>()], silent + group.Count(host => host.Sum(kind) is null));
        }

        foreach (var host in named is null ? hosts : hosts.Append(named))
        {
            if (host.Sum(kind) is { } sum)
            {
                _holders.TryAdd((GroupOf(host), sum), host);
            }
        }
    }

    /// <summary>Which.</summary>
    public DriftKind Kind { get; }

    /// <summary>What a host is held to.</summary>
    public Standard For(HostDrift host) => _standards[GroupOf(host)];

    /// <summary>Whether a host has something else than it should.</summary>
    public bool Differs(HostDrift host) => For(host).Value is { } wanted && host.Sum(Kind) is { } sum && sum != wanted;

    /// <summary>One of the hosts that have what this one has: they need not all be asked what that is.</summary>
    public HostDrift HolderLike(HostDrift host) => _holders[(GroupOf(host), host.Sum(Kind)!)];

    /// <summary>One of the hosts that have what this one should have.</summary>
    public HostDrift HolderFor(HostDrift host) => _holders[(GroupOf(host), For(host).Value!)];

    private string GroupOf(HostDrift host) =>
        $"{host.Mode} {host.Directory}{(Kind == DriftKind.PackageSet ? $" {host.Disk}" : "")}";
}
