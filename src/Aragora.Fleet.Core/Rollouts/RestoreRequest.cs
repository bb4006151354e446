using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Rollouts.Plans;

namespace Aragora.Fleet.Rollouts;

/// <summary>What a restore is to do.</summary>
public sealed record RestoreRequest
{
    /// <summary>The hosts, all of one environment; for a run, the ones to look for its hosts among.</summary>
    public required IReadOnlyList<Instance> Instances { get; init; }

    /// <summary>What each host shall go back to.</summary>
    public required RestoreAim Aim { get; init; }

    /// <summary>The sizes of the waves.</summary>
    public required WaveList Waves { get; init; }

    /// <summary>What the run must see before it goes on.</summary>
    public DeployGates Gates { get; init; } = new();

    /// <summary>Why; kept in the ledgers of the hosts and in the command history. Never a secret.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Who; kept in the ledgers of the hosts.</summary>
    public required string Who { get; init; }

    /// <summary>Whether the plan is only shown: a step of the run that is under way is told then, and not waited for.</summary>
    public bool IsPreview { get; init; }

    /// <summary>Which fleet the hosts are of.</summary>
    public PlanOrigin Origin { get; init; } = PlanOrigin.None;
}
