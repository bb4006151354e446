using System.Management.Automation;
using Aragora.Fleet.Rollouts.Signals;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Has a run that waits after its canary take it back, from any shell.</summary>
[Cmdlet(VerbsLifecycle.Deny, "AragoraDeploy", SupportsShouldProcess = true)]
[OutputType(typeof(SentSignal))]
public sealed class DenyAragoraDeployCommand : DeploySignalCmdlet
{
    private protected override string Activity => "Denying a run";

    private protected override DeploySignalKind Kind => DeploySignalKind.Deny;

    private protected override string ActionName => "Deny the run";
}
