using System.Collections.Frozen;
using System.Management.Automation;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet.PowerShell.Errors;

/// <summary>The PowerShell side of the closed set of failures. docs/errors.md explains each to the user.</summary>
internal static class ErrorCatalog
{
    private static readonly FrozenDictionary<FailureKind, ErrorCategory> s_categories =
        new Dictionary<FailureKind, ErrorCategory>
        {
            [FailureKind.UnexpectedFailure] = ErrorCategory.InvalidOperation,
            [FailureKind.NotConnected] = ErrorCategory.ConnectionError,
            [FailureKind.CredentialUnavailable] = ErrorCategory.AuthenticationError,
            [FailureKind.CredentialRejected] = ErrorCategory.AuthenticationError,
            [FailureKind.CredentialExpired] = ErrorCategory.AuthenticationError,
            [FailureKind.AccessDenied] = ErrorCategory.PermissionDenied,
            [FailureKind.ProfileNotFound] = ErrorCategory.ObjectNotFound,
            [FailureKind.RegionInvalid] = ErrorCategory.InvalidArgument,
            [FailureKind.ServiceThrottled] = ErrorCategory.LimitsExceeded,
            [FailureKind.ServiceUnavailable] = ErrorCategory.ConnectionError,
            [FailureKind.RequestRejected] = ErrorCategory.InvalidOperation,
            [FailureKind.BackendLoadFailed] = ErrorCategory.NotInstalled,
            [FailureKind.SandboxUnavailable] = ErrorCategory.ResourceUnavailable,
            [FailureKind.NotASandbox] = ErrorCategory.InvalidOperation,
            [FailureKind.LocalExecutionRefused] = ErrorCategory.SecurityError,
            [FailureKind.InstanceNotFound] = ErrorCategory.ObjectNotFound,
            [FailureKind.InstanceNotRunning] = ErrorCategory.ResourceUnavailable,
            [FailureKind.InstanceNotManaged] = ErrorCategory.ResourceUnavailable,
            [FailureKind.NoTarget] = ErrorCategory.ObjectNotFound,
            [FailureKind.TargetAmbiguous] = ErrorCategory.InvalidArgument,
            [FailureKind.EnvironmentMixed] = ErrorCategory.InvalidArgument,
            [FailureKind.EnvironmentRequired] = ErrorCategory.InvalidOperation,
            [FailureKind.RefInvalid] = ErrorCategory.InvalidArgument,
            [FailureKind.RefNotFound] = ErrorCategory.ObjectNotFound,
            [FailureKind.VersionInvalid] = ErrorCategory.InvalidArgument,
            [FailureKind.VersionNotFound] = ErrorCategory.ObjectNotFound,
            [FailureKind.WaveInvalid] = ErrorCategory.InvalidArgument,
            [FailureKind.ReasonRequired] = ErrorCategory.InvalidArgument,
            [FailureKind.HostCountInvalid] = ErrorCategory.InvalidArgument,
            [FailureKind.TimeInvalid] = ErrorCategory.InvalidArgument,
            [FailureKind.TextInvalid] = ErrorCategory.InvalidData,
            [FailureKind.TokenSecretInvalid] = ErrorCategory.InvalidArgument,
            [FailureKind.TokenUnavailable] = ErrorCategory.ResourceUnavailable,
            [FailureKind.TokenRejected] = ErrorCategory.AuthenticationError,
            [FailureKind.FileUnreadable] = ErrorCategory.ReadError,
            [FailureKind.ScriptTooLong] = ErrorCategory.LimitsExceeded,
            [FailureKind.ParameterInterpolation] = ErrorCategory.InvalidData,
            [FailureKind.CommandFailed] = ErrorCategory.InvalidResult,
            [FailureKind.ExecutionTimedOut] = ErrorCategory.OperationTimeout,
            [FailureKind.DeliveryTimedOut] = ErrorCategory.OperationTimeout,
            [FailureKind.Undeliverable] = ErrorCategory.ResourceUnavailable,
            [FailureKind.CommandCancelled] = ErrorCategory.OperationStopped,
            [FailureKind.CommandNotFound] = ErrorCategory.ObjectNotFound,
            [FailureKind.CommandProtected] = ErrorCategory.InvalidOperation,
            [FailureKind.OutputIncomplete] = ErrorCategory.ReadError,
            [FailureKind.WaitTimedOut] = ErrorCategory.OperationTimeout,
            [FailureKind.ResultUnreadable] = ErrorCategory.InvalidData,
            [FailureKind.HostLocked] = ErrorCategory.ResourceBusy,
            [FailureKind.HostRefused] = ErrorCategory.InvalidOperation,
            [FailureKind.LayoutUnsupported] = ErrorCategory.NotImplemented,
            [FailureKind.DriftNotRepairable] = ErrorCategory.InvalidOperation,
            [FailureKind.FindingStale] = ErrorCategory.InvalidOperation,
            [FailureKind.HostUnhealthy] = ErrorCategory.InvalidResult,
            [FailureKind.HealthWaitTimedOut] = ErrorCategory.OperationTimeout,
            [FailureKind.HostsTooFew] = ErrorCategory.LimitsExceeded,
            [FailureKind.PlanStale] = ErrorCategory.InvalidOperation,
            [FailureKind.PlanInvalid] = ErrorCategory.InvalidArgument,
            [FailureKind.HostDeployFailed] = ErrorCategory.InvalidResult,
            [FailureKind.DeployFailed] = ErrorCategory.InvalidResult,
            [FailureKind.StatusCheckFailed] = ErrorCategory.ResourceUnavailable,
            [FailureKind.CommandsUnderWay] = ErrorCategory.ResourceBusy,
            [FailureKind.BakeFailed] = ErrorCategory.InvalidResult,
            [FailureKind.GateVetoed] = ErrorCategory.InvalidResult,
            [FailureKind.ApprovalDenied] = ErrorCategory.OperationStopped,
            [FailureKind.ApprovalExpired] = ErrorCategory.OperationTimeout,
            [FailureKind.DeployStopped] = ErrorCategory.OperationStopped,
            [FailureKind.RestoreFailed] = ErrorCategory.InvalidResult,
            [FailureKind.HostFenced] = ErrorCategory.ResourceUnavailable,
            [FailureKind.NoRollbackPoint] = ErrorCategory.ObjectNotFound,
            [FailureKind.FleetLocked] = ErrorCategory.ResourceBusy,
            [FailureKind.LockLost] = ErrorCategory.ResourceUnavailable,
            [FailureKind.LockNotFound] = ErrorCategory.ObjectNotFound,
            [FailureKind.DeployNotRunning] = ErrorCategory.ObjectNotFound,
            [FailureKind.DeployNotFound] = ErrorCategory.ObjectNotFound,
            [FailureKind.DeployComplete] = ErrorCategory.InvalidOperation,
            [FailureKind.DeployRunning] = ErrorCategory.ResourceBusy,
            [FailureKind.ConfirmationUnavailable] = ErrorCategory.InvalidOperation,
            [FailureKind.ConfirmationDeclined] = ErrorCategory.OperationStopped,
        }.ToFrozenDictionary();

    /// <summary>The error id is the name of the kind.</summary>
    public static string Id(FailureKind kind) => kind.ToString();

    public static ErrorCategory Category(FailureKind kind) => s_categories[kind];
}
