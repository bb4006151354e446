namespace Aragora.Fleet.Rollouts.Gates;

/// <summary>
/// Something that a run asks before it goes on. A gate is asked at every moment of the run, and passes where the moment
/// is none of its own, so that a new one needs no change of the runner.
/// </summary>
public interface IDeployGate
{
    /// <summary>What it is called in results, journals and errors: one or a few small words.</summary>
    string Name { get; }

    /// <summary>Looks, and says what it found. It changes nothing.</summary>
    /// <exception cref="Failures.FleetException">It could not look, and the run must not go on without it.</exception>
    Task<GateFinding> CheckAsync(GateContext context, CancellationToken cancellationToken);
}
