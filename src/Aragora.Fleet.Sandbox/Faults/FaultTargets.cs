using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandboxes;

namespace Aragora.Fleet.Sandbox.Faults;

/// <summary>What a fault can strike here: a fault that never could is refused, so that nobody waits for it in vain.</summary>
internal static class FaultTargets
{
    /// <summary>The API actions that the sandbox answers.</summary>
    public static readonly IReadOnlyList<string> Actions =
    [
        "SendCommand", "ListCommands", "ListCommandInvocations", "GetCommandInvocation", "CancelCommand",
        "PutParameter", "GetParameter", "GetParameters", "GetParametersByPath", "DeleteParameter", "DeleteParameters",
        "DescribeInstanceInformation", "GetConnectionStatus",
        "DescribeInstances", "DescribeInstanceStatus", "RebootInstances",
        "GetCallerIdentity", "GetSecretValue", "DescribeSecret", "CreateSecret", "PutSecretValue",
    ];

    /// <summary>The fault with its action as AWS spells it.</summary>
    /// <exception cref="ArgumentException">There is no such action or host.</exception>
    public static SandboxFault Known(SandboxFault fault, FleetModel fleet)
    {
        var action = fault.ApiAction is null
            ? null
            : Actions.FirstOrDefault(known => known.Equals(fault.ApiAction, StringComparison.OrdinalIgnoreCase))
                ?? throw new ArgumentException($"The sandbox answers no API action {fault.ApiAction}.");
        var strange = fault.InstanceIds.Where(id => fleet.Hosts.All(host => host.Id != id)).ToList();
        return strange.Count == 0
            ? fault with { ApiAction = action }
            : throw new ArgumentException($"The sandbox has no host {string.Join(", ", strange)}.");
    }
}
