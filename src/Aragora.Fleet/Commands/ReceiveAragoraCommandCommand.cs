using System.Management.Automation;
using Aragora.Fleet.Commands;
using Aragora.Fleet.History;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>
/// Brings the output of commands that were sent before, by whomever. What Systems Manager cut off is fetched from the host,
/// as long as the host exists and keeps it.
/// </summary>
[Cmdlet(VerbsCommunications.Receive, "AragoraCommand")]
[OutputType(typeof(CommandResult))]
public sealed class ReceiveAragoraCommandCommand : PastCommandCmdlet
{
    private protected override string Activity => "Receiving output";

    private protected override Task RunAsync(
        FleetServices services, IReadOnlyList<FoundCommand> commands, PipelineSink sink, CancellationToken cancellationToken) =>
        EmitAsync(sink, services.PastCommands.ReceiveAsync(commands, cancellationToken));
}
