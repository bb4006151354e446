namespace Aragora.Fleet.Rollouts.Plans;

/// <summary>Which way a run goes.</summary>
public enum RolloutKind
{
    /// <summary>Brings one release to all hosts; takes them back where it fails.</summary>
    Deploy,

    /// <summary>Takes hosts back to a release that ran before.</summary>
    Restore,
}
