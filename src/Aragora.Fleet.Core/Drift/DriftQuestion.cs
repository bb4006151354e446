namespace Aragora.Fleet.Drift;

/// <summary>What hosts are compared in, and with what. What is not given for a host, the majority of its like decides.</summary>
public sealed record DriftQuestion
{
    /// <summary>Every layer there is.</summary>
    public static IReadOnlyList<DriftKind> AllKinds { get; } = Enum.GetValues<DriftKind>();

    /// <summary>The layers.</summary>
    public IReadOnlyList<DriftKind> Kinds { get; init; } = AllKinds;

    /// <summary>A branch, a tag or a commit for hosts with a checkout, already checked; null where none is given.</summary>
    public string? Ref { get; init; }

    /// <summary>A version for hosts with a package, already checked; null where none is given.</summary>
    public string? PackageVersion { get; init; }

    /// <summary>A host to be like; null where none is named. It is asked, and judged only if it is among the hosts as well.</summary>
    public HostTarget? Host { get; init; }
}
