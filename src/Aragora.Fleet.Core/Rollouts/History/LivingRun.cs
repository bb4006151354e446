namespace Aragora.Fleet.Rollouts.History;

/// <summary>What is known of a run beside what its hosts tell, while a living fleet lock carries it.</summary>
/// <param name="Ends">When the lock dies without another sign of life.</param>
/// <param name="IsDecided">Whether somebody has approved or denied it; the run itself may not have heard of that yet.</param>
public sealed record LivingRun(DateTimeOffset Ends, bool IsDecided);
