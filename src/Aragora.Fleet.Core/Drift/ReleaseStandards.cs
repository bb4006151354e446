namespace Aragora.Fleet.Drift;

/// <summary>The releases that hosts are held to: one for checkouts, one for packages.</summary>
internal sealed class ReleaseStandards
{
    // What one command reaches.
    private const int MaxHolders = 50;

    private readonly Dictionary<string, Standard> _byMode;
    private readonly Dictionary<string, string[]> _holders;

    /// <param name="question">What was asked.</param>
    /// <param name="commit">The full commit id of its ref; null where there is none.</param>
    /// <param name="hosts">The hosts that are judged.</param>
    /// <param name="named">What the named host told; null where none is named.</param>
    /// <param name="silent">How many hosts did not answer.</param>
    public ReleaseStandards(DriftQuestion question, string? commit, IReadOnlyList<HostDrift> hosts, HostDrift? named, int silent)
    {
        _byMode = hosts.Where(host => host.IsKnown).GroupBy(host => host.Mode, StringComparer.Ordinal).ToDictionary(
            group => group.Key,
            group => Of(group.Key, question, commit, named)
                ?? Standard.MajorityOf([.. group.Select(host => host.Disk).OfType<string>()], silent + group.Count(host => host.Disk is null)),
            StringComparer.Ordinal);
        _holders = _byMode.ToDictionary(mode => mode.Key, mode => Holders(mode.Key, mode.Value, hosts, named), StringComparer.Ordinal);
    }

    /// <summary>The release for a host whose layout is known.</summary>
    public Standard For(HostDrift host) => _byMode[host.Mode];

    /// <summary>The named host, or some of the others that have this release; none where no other has it.</summary>
    public string[] HoldersFor(HostDrift host) => [.. _holders[host.Mode].Where(id => id != host.Target.InstanceId)];

    private static string[] Holders(string mode, Standard standard, IReadOnlyList<HostDrift> hosts, HostDrift? named)
    {
        if (named?.Mode == mode && named.Disk == standard.Value)
        {
            return [named.Target.InstanceId];
        }

        var holders = hosts.Where(host => host.Mode == mode && host.Disk is { } disk && disk == standard.Value).ToList();
        var count = Math.Min(holders.Count, MaxHolders);
        return [.. Enumerable.Range(0, count).Select(index => holders[index * holders.Count / count].Target.InstanceId)];
    }

    private static Standard? Of(string mode, DriftQuestion question, string? commit, HostDrift? named) => mode switch
    {
        HostDrift.Git when commit is not null => new(commit, question.Ref!, 0),
        HostDrift.Package when question.PackageVersion is { } version => new(version, version, 0),
        _ when named?.Mode == mode && named.Disk is { } release => new(release, named.Target.Name, 0),
        _ => null,
    };
}
