namespace Aragora.Fleet.Rollouts.Gates;

/// <summary>What a run must see before it goes on, and how much may go wrong. Part of the plan.</summary>
public sealed record DeployGates
{
    /// <summary>Within this the service must be ready after its restart.</summary>
    public TimeSpan ReadyTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>For this long the service must stay ready, under the same main process; watched on the host.</summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For this long the hosts of a wave and their journals are watched before the next wave; zero for not at all.</summary>
    public TimeSpan BakeTime { get; init; }

    /// <summary>How many hosts must stay Healthy at any moment; null for no such bound.</summary>
    public HostCount? MinHealthy { get; init; }

    /// <summary>How many hosts may fail over the whole run before it stops.</summary>
    public HostCount MaxFailure { get; init; } = HostCount.None;

    /// <summary>How many hosts may turn out unreachable over the whole run before it stops; they were not changed.</summary>
    public HostCount MaxUnreachable { get; init; } = HostCount.None;

    /// <summary>Whether the run waits after its canary until somebody approves it.</summary>
    public bool Approve { get; init; }

    /// <summary>After this without a decision the canary goes back.</summary>
    public TimeSpan ApprovalTimeout { get; init; } = TimeSpan.FromHours(1);
}
