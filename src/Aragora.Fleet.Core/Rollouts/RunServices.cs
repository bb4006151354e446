using Aragora.Fleet.Commands;
using Aragora.Fleet.Drift;
using Aragora.Fleet.Locks;
using Aragora.Fleet.Ports;
using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Rollouts.Journal;
using Aragora.Fleet.Rollouts.Signals;

namespace Aragora.Fleet.Rollouts;

/// <summary>What a run acts through.</summary>
public sealed record RunServices
{
    /// <summary>Runs operations on hosts.</summary>
    public required HostOperationRunner Runner { get; init; }

    /// <summary>Unit, branch, timeouts.</summary>
    public required FleetSettings Settings { get; init; }

    /// <summary>Told of every decision.</summary>
    public required IFleetLog Log { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Where the status checks of the machines are read.</summary>
    public required IInstanceDirectory Instances { get; init; }

    /// <summary>Takes the fleet lock for a plan; waits for it as long as the user asked for.</summary>
    public required Func<ChangePlan, CancellationToken, Task<IHeldLock>> TakeLock { get; init; }

    /// <summary>What other shells say to the run.</summary>
    public required IDeploySignals Signals { get; init; }

    /// <summary>Where the run is written down on this machine.</summary>
    public required IRunJournal Journal { get; init; }

    /// <summary>Says what the user must see at once, such as how a run is approved.</summary>
    public required Action<string> Notice { get; init; }

    /// <summary>The gates beside those that every run has, in the order in which they are asked.</summary>
    public IReadOnlyList<IDeployGate> Gates { get; init; } = [];

    /// <summary>Whether script blocks of the user are among the gates.</summary>
    internal bool HasUserGates => Gates.Any(gate => gate is not (OtherCommandsGate or FindingsGate));
}
