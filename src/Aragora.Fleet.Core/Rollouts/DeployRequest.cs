using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Rollouts.Plans;

namespace Aragora.Fleet.Rollouts;

/// <summary>What a deploy is to do.</summary>
public sealed record DeployRequest
{
    /// <summary>The hosts, all of one environment.</summary>
    public required IReadOnlyList<Instance> Instances { get; init; }

    /// <summary>
    /// A branch, a tag or a commit for hosts with a checkout, already checked by <see cref="GitRef"/>; null where such hosts
    /// are none of this deploy.
    /// </summary>
    public string? Ref { get; init; }

    /// <summary>A version for package hosts, already checked by <see cref="Rollouts.PackageVersion"/>; null as for the other.</summary>
    public string? PackageVersion { get; init; }

    /// <summary>The sizes of the waves.</summary>
    public required WaveList Waves { get; init; }

    /// <summary>What the run must see before it goes on.</summary>
    public DeployGates Gates { get; init; } = new();

    /// <summary>What happens to the hosts that are done when one fails.</summary>
    public required FailureAction OnFailure { get; init; }

    /// <summary>
    /// Whether a host that runs the commit is changed too where it has local changes or says that it runs another. A deploy
    /// leaves it as it is; a repair brings it in order.
    /// </summary>
    public bool MendsDrift { get; init; }

    /// <summary>Why; kept in the ledgers of the hosts and in the command history. Never a secret.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Who; kept in the ledgers of the hosts.</summary>
    public required string Who { get; init; }

    /// <summary>Which fleet the hosts are of.</summary>
    public PlanOrigin Origin { get; init; } = PlanOrigin.None;
}

/// <summary>What happens to the hosts that are done when one fails. The failing host goes back in any case.</summary>
public enum FailureAction
{
    /// <summary>Everything that this run touched goes back to what it ran before.</summary>
    Restore,

    /// <summary>Nothing more is done.</summary>
    Stop,
}
