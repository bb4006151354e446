using System.Management.Automation;
using Aragora.Fleet.Locks;
using Aragora.Fleet.PowerShell.Pipeline;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Shows who holds the fleet lock, who waits for it, and who died with it.</summary>
[Cmdlet(VerbsCommon.Get, "AragoraFleetLock")]
[OutputType(typeof(FleetLock))]
public sealed class GetAragoraFleetLockCommand : EnvironmentCmdlet
{
    private protected override string Activity => "Reading the fleet lock";

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        foreach (var entry in await Services(sink).ListLocksAsync(Place, Regions, cancellationToken).ConfigureAwait(false))
        {
            await sink.EmitAsync(entry).ConfigureAwait(false);
        }
    }
}
