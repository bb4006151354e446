namespace Aragora.Fleet.Rollouts.Plans;

/// <summary>What the user should know of a host before it is changed. It stops nothing by itself.</summary>
/// <param name="Kind">Which of the closed set.</param>
/// <param name="Text">A phrase for people; names of files and settings, never a value.</param>
public sealed record PlanWarning(PlanWarningKind Kind, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>What a plan warns of.</summary>
public enum PlanWarningKind
{
    /// <summary>Files of the checkout were changed on the host; the run stashes them.</summary>
    LocalChanges,

    /// <summary>The checkout is on no branch.</summary>
    DetachedHead,

    /// <summary>What runs is not what lies on disk.</summary>
    DiskDiffers,

    /// <summary>The package was changed after the service started, so that nothing tells what it runs.</summary>
    RunningUnknown,

    /// <summary>Files of the checkout belong to another user than the service's; the run repairs that.</summary>
    WrongOwner,

    /// <summary>Drop-ins of the unit say opposite things.</summary>
    ContradictingDropIns,

    /// <summary>A file of the unit's environment overrides settings of its drop-ins.</summary>
    EnvironmentFileOverrides,

    /// <summary>Another unit restarts the service by itself, also in the middle of a step.</summary>
    Watchdog,

    /// <summary>A command of somebody else is under way on the host.</summary>
    CommandUnderWay,

    /// <summary>A step of another run began on the host and has no outcome.</summary>
    UnfinishedStep,

    /// <summary>The host was changed again since the run that is to be taken back.</summary>
    MovedSince,

    /// <summary>The release that the host is to go back to failed there before.</summary>
    FailedBefore,

    /// <summary>The state file of CI is not one that CI can have written; what it names is not offered.</summary>
    StateFileNotBelieved,
}
