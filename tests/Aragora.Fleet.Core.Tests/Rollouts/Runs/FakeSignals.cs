using Aragora.Fleet.Rollouts.Signals;

namespace Aragora.Fleet.Core.Tests.Rollouts.Runs;

/// <summary>Signals that are there from a question on.</summary>
internal sealed class FakeSignals : IDeploySignals
{
    private readonly List<(int From, DeploySignal Signal)> _signals = [];

    public int Asked { get; private set; }

    /// <summary>Says something that is seen by the question of this number, and by every later one.</summary>
    public void Say(DeploySignalKind kind, int from = 1) => _signals.Add((from, new DeploySignal(kind, "alice", "because")));

    public Task<IReadOnlyList<DeploySignal>> ReadAsync(string deployId, CancellationToken cancellationToken)
    {
        Asked++;
        return Task.FromResult<IReadOnlyList<DeploySignal>>(
            [.. _signals.Where(signal => signal.From <= Asked).Select(signal => signal.Signal)]);
    }

    /// <summary>Whether the run at its end removed what was said to it.</summary>
    public bool AreCleared { get; private set; }

    public Task ClearAsync(string deployId, bool keepApproval, CancellationToken cancellationToken)
    {
        AreCleared = true;
        _signals.RemoveAll(said => said.From <= Asked && !(keepApproval && said.Signal.Kind == DeploySignalKind.Approve));
        return Task.CompletedTask;
    }
}
