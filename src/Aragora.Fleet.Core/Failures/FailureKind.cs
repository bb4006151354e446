namespace Aragora.Fleet.Failures;

/// <summary>
/// Everything that can go wrong, as a closed set. The name is the error id that users see and match on:
/// it never changes once released. docs/errors.md explains each.
/// </summary>
public enum FailureKind
{
    /// <summary>A defect of the module itself.</summary>
    UnexpectedFailure,

    /// <summary>No Connect-AragoraFleet in this session.</summary>
    NotConnected,

    /// <summary>No credentials were found.</summary>
    CredentialUnavailable,

    /// <summary>AWS refused the credentials: unknown key or wrong secret.</summary>
    CredentialRejected,

    /// <summary>The session token has expired.</summary>
    CredentialExpired,

    /// <summary>The credentials are good but do not allow the call.</summary>
    AccessDenied,

    /// <summary>The named AWS profile does not exist.</summary>
    ProfileNotFound,

    /// <summary>No region was given, or it does not exist.</summary>
    RegionInvalid,

    /// <summary>The service kept throttling after all retries.</summary>
    ServiceThrottled,

    /// <summary>The service could not be reached, or kept failing after all retries.</summary>
    ServiceUnavailable,

    /// <summary>The service refused the request as such.</summary>
    RequestRejected,

    /// <summary>The AWS adapter could not be loaded.</summary>
    BackendLoadFailed,

    /// <summary>The sandbox could not be started.</summary>
    SandboxUnavailable,

    /// <summary>The connection is not to a sandbox whose faults this session may set.</summary>
    NotASandbox,

    /// <summary>The sandbox cannot isolate its hosts here, so text of the user's own is not run.</summary>
    LocalExecutionRefused,

    /// <summary>No instance has this id or name.</summary>
    InstanceNotFound,

    /// <summary>The instance is not running.</summary>
    InstanceNotRunning,

    /// <summary>Systems Manager cannot reach the instance.</summary>
    InstanceNotManaged,

    /// <summary>Nothing to act on: an empty pipeline, or an empty fleet.</summary>
    NoTarget,

    /// <summary>-All together with pipeline input or names, or neither of them for a change.</summary>
    TargetAmbiguous,

    /// <summary>The targets are of more than one environment.</summary>
    EnvironmentMixed,

    /// <summary>A change of the whole fleet needs a connection that names its environment.</summary>
    EnvironmentRequired,

    /// <summary>A commit id is not 7 to 40 hexadecimal digits, or a ref holds characters that git does not allow.</summary>
    RefInvalid,

    /// <summary>The repository has no such ref or commit.</summary>
    RefNotFound,

    /// <summary>A version is not one that an index could hold.</summary>
    VersionInvalid,

    /// <summary>The host's index has no such version of the distribution.</summary>
    VersionNotFound,

    /// <summary>A wave list cannot be read.</summary>
    WaveInvalid,

    /// <summary>-Force goes over commands of others, and -Reason does not say why.</summary>
    ReasonRequired,

    /// <summary>A number of hosts is neither a count nor a percentage.</summary>
    HostCountInvalid,

    /// <summary>A time to go back to is still to come.</summary>
    TimeInvalid,

    /// <summary>A value holds what cannot travel to a host: NUL, a lone surrogate.</summary>
    TextInvalid,

    /// <summary>-TokenSecret is neither <c>ID</c> nor <c>ID#KEY</c>.</summary>
    TokenSecretInvalid,

    /// <summary>The host could not read the token of the health endpoints with its own role.</summary>
    TokenUnavailable,

    /// <summary>The service on the host does not take the token that the host read.</summary>
    TokenRejected,

    /// <summary>A file that was named cannot be read.</summary>
    FileUnreadable,

    /// <summary>The script is longer than 32 KB.</summary>
    ScriptTooLong,

    /// <summary>The text holds <c>{{ssm:…}}</c>, which Systems Manager would replace on the host.</summary>
    ParameterInterpolation,

    /// <summary>The script ran and failed.</summary>
    CommandFailed,

    /// <summary>The script was killed at its execution timeout.</summary>
    ExecutionTimedOut,

    /// <summary>The host did not take the command up in time, or its answer was lost: it may have run.</summary>
    DeliveryTimedOut,

    /// <summary>Systems Manager could not deliver the command: it did not run.</summary>
    Undeliverable,

    /// <summary>The command was cancelled.</summary>
    CommandCancelled,

    /// <summary>No command has this id, or it never had this host.</summary>
    CommandNotFound,

    /// <summary>The command is a step of the module's own that changes hosts: those are not cancelled at the service.</summary>
    CommandProtected,

    /// <summary>A part of the output could not be had: Systems Manager cut it, and the host does not give the rest.</summary>
    OutputIncomplete,

    /// <summary>The wait ended before the host answered; what the host did is unknown.</summary>
    WaitTimedOut,

    /// <summary>The command ended but its result block is missing or damaged; what the host did is unknown.</summary>
    ResultUnreadable,

    /// <summary>Another step holds the host's lock.</summary>
    HostLocked,

    /// <summary>The host refused the step before it changed anything.</summary>
    HostRefused,

    /// <summary>The service's layout on the host is not one this cmdlet can change.</summary>
    LayoutUnsupported,

    /// <summary>No deploy mends what a host differs in, or it is not clear which release would.</summary>
    DriftNotRepairable,

    /// <summary>The fleet has moved since findings of drift were made, so they do not say any more what its hosts should have.</summary>
    FindingStale,

    /// <summary>The host answered, and the verdict is not Healthy where it has to be.</summary>
    HostUnhealthy,

    /// <summary>The host was not as well as it was waited for when the time was over.</summary>
    HealthWaitTimedOut,

    /// <summary>The waves of a plan would leave fewer hosts Healthy than it demands.</summary>
    HostsTooFew,

    /// <summary>A host is no longer as the plan saw it.</summary>
    PlanStale,

    /// <summary>The plan is none that can be applied here: changed, copied, of another fleet, or applied already.</summary>
    PlanInvalid,

    /// <summary>The deploy failed on this host.</summary>
    HostDeployFailed,

    /// <summary>The deploy did not reach its target on all hosts.</summary>
    DeployFailed,

    /// <summary>EC2's status checks of an instance are not ok.</summary>
    StatusCheckFailed,

    /// <summary>Commands of others are under way on a host of the run.</summary>
    CommandsUnderWay,

    /// <summary>A host that was done failed while it was watched.</summary>
    BakeFailed,

    /// <summary>A gate of the user vetoed a host that was done.</summary>
    GateVetoed,

    /// <summary>Somebody denied the run after its canary.</summary>
    ApprovalDenied,

    /// <summary>Nobody approved the run in time after its canary.</summary>
    ApprovalExpired,

    /// <summary>Somebody stopped the run from another shell.</summary>
    DeployStopped,

    /// <summary>A host could not be brought back.</summary>
    RestoreFailed,

    /// <summary>A host refused the run: it has seen a later holder of the fleet lock.</summary>
    HostFenced,

    /// <summary>There is no earlier release to go back to.</summary>
    NoRollbackPoint,

    /// <summary>Another run, or another person, has the fleet lock.</summary>
    FleetLocked,

    /// <summary>The fleet lock was held and is not any more: removed by another, or not renewed in time.</summary>
    LockLost,

    /// <summary>There is no such lock to give back or to remove.</summary>
    LockNotFound,

    /// <summary>No run of this id is under way, so nobody would hear the signal.</summary>
    DeployNotRunning,

    /// <summary>No host knows a run of this id.</summary>
    DeployNotFound,

    /// <summary>Nothing is left to do of the run.</summary>
    DeployComplete,

    /// <summary>The run is under way, and somebody is at it.</summary>
    DeployRunning,

    /// <summary>A confirmation is needed and nobody can be asked.</summary>
    ConfirmationUnavailable,

    /// <summary>The plan was shown and the answer was no.</summary>
    ConfirmationDeclined,
}
