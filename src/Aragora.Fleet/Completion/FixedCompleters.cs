using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Completion;

/// <summary>The environments of the runbook.</summary>
internal sealed class EnvironmentCompleter : FleetCompleter
{
    /// <inheritdoc/>
    protected override Task<IReadOnlyList<CompletionCandidate>> FindAsync(FleetConnection? connection) =>
        Task.FromResult<IReadOnlyList<CompletionCandidate>>(
            [new("production", ""), new("staging", ""), new("dr", "Disaster recovery")]);
}

/// <summary>The regions that the fleet is known to use; any other can be typed.</summary>
internal sealed class RegionCompleter : FleetCompleter
{
    /// <inheritdoc/>
    protected override Task<IReadOnlyList<CompletionCandidate>> FindAsync(FleetConnection? connection) =>
        Task.FromResult<IReadOnlyList<CompletionCandidate>>(
            [new("us-east-2", "Ohio"), new("us-east-1", "N. Virginia"), new("eu-west-1", "Ireland"), new("ap-south-1", "Mumbai")]);
}

/// <summary>The API actions that the module calls.</summary>
internal sealed class ApiActionCompleter : FleetCompleter
{
    /// <inheritdoc/>
    protected override Task<IReadOnlyList<CompletionCandidate>> FindAsync(FleetConnection? connection) =>
        Task.FromResult<IReadOnlyList<CompletionCandidate>>(
        [
            new("SendCommand", "SSM"), new("ListCommands", "SSM"), new("ListCommandInvocations", "SSM"),
            new("GetCommandInvocation", "SSM"), new("CancelCommand", "SSM"), new("DescribeInstanceInformation", "SSM"),
            new("PutParameter", "SSM"), new("GetParametersByPath", "SSM"), new("DeleteParameter", "SSM"),
            new("DescribeInstances", "EC2"), new("GetCallerIdentity", "STS"),
        ]);
}

/// <summary>The phases of a step on a host, in their order.</summary>
internal sealed class StepPhaseCompleter : FleetCompleter
{
    /// <inheritdoc/>
    protected override Task<IReadOnlyList<CompletionCandidate>> FindAsync(FleetConnection? connection) =>
        Task.FromResult<IReadOnlyList<CompletionCandidate>>(
        [
            .. ((string[])["lock", "layout", "fetch", "checkout", "install", "import", "configure", "restart", "ready", "settle", "verify"])
                .Select(phase => new CompletionCandidate(phase, "")),
        ]);
}
