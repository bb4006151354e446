using System.Management.Automation;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Shows what the session is connected to.</summary>
[Cmdlet(VerbsCommon.Get, "AragoraFleet")]
[OutputType(typeof(FleetInfo))]
public sealed class GetAragoraFleetCommand : FleetCmdlet
{
    private protected override string Activity => "Reading the connection";

    /// <inheritdoc/>
    protected override Task EndAsync(PipelineSink sink, CancellationToken cancellationToken) =>
        sink.EmitAsync(FleetInfo.From(Connection));
}
