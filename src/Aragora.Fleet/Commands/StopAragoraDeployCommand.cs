using System.Management.Automation;
using Aragora.Fleet.Rollouts.Signals;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Tells a run that is under way to start no further host, from any shell.</summary>
[Cmdlet(VerbsLifecycle.Stop, "AragoraDeploy", SupportsShouldProcess = true)]
[OutputType(typeof(SentSignal))]
public sealed class StopAragoraDeployCommand : DeploySignalCmdlet
{
    /// <summary>Takes back what the run has done, in place of leaving it.</summary>
    [Parameter]
    public SwitchParameter Restore { get; set; }

    private protected override string Activity => "Stopping a run";

    private protected override DeploySignalKind Kind => Restore ? DeploySignalKind.Restore : DeploySignalKind.Stop;

    private protected override string ActionName => Restore ? "Stop the run and take it back" : "Stop the run";
}
