using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Rollouts.Runs;

/// <summary>The step that moves a host, by how its service is laid out there.</summary>
internal static class HostSteps
{
    public static HostOperation Forward(HostPlan host) =>
        host.Layout == HostLayout.Package ? HostOperation.DeployPackage : HostOperation.Deploy;

    public static HostOperation Back(HostPlan host) =>
        host.Layout == HostLayout.Package ? HostOperation.RollbackPackage : HostOperation.Rollback;
}
