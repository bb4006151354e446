using System.Management.Automation;
using Aragora.Fleet.Rollouts.Signals;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Lets a run that waits after its canary go on, from any shell.</summary>
[Cmdlet(VerbsLifecycle.Approve, "AragoraDeploy", SupportsShouldProcess = true)]
[OutputType(typeof(SentSignal))]
public sealed class ApproveAragoraDeployCommand : DeploySignalCmdlet
{
    private protected override string Activity => "Approving a run";

    private protected override DeploySignalKind Kind => DeploySignalKind.Approve;

    private protected override string ActionName => "Approve the run";
}
