namespace Aragora.Fleet.Rollouts.Plans;

/// <summary>What lies between the commit that a host runs and the one that it is to get.</summary>
/// <remarks>Source: a bare clone on one host of the fleet, whose checkout is not touched.</remarks>
public sealed record CommitChanges
{
    /// <summary>How many commits the host gets.</summary>
    public required int Ahead { get; init; }

    /// <summary>How many commits the host loses.</summary>
    public required int Behind { get; init; }

    /// <summary>Whether what the application requires of packages changes.</summary>
    public required bool RequirementsChange { get; init; }

    /// <summary>Whether migrations of the database are added, changed or lost.</summary>
    public required bool MigrationsChange { get; init; }

    /// <summary>The newest of the commits between, abbreviated id and subject; a few of them.</summary>
    public IReadOnlyList<string> Subjects { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => (Ahead, Behind) switch
    {
        (0, 0) => "no commit",
        (_, 0) => $"{Ahead} commit(s)",
        (0, _) => $"{Behind} commit(s) back",
        _ => $"{Ahead} commit(s), and {Behind} lost",
    };
}
