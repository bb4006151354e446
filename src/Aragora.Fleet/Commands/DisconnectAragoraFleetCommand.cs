using System.Management.Automation;
using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Ends the session's connection; stops the embedded fleet that it started.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "AragoraFleet")]
public sealed class DisconnectAragoraFleetCommand : PSCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (!FleetSession.Clear())
        {
            WriteVerbose("This session was not connected.");
        }
    }
}
