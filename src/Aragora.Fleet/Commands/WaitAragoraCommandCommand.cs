using System.Management.Automation;
using Aragora.Fleet.Commands;
using Aragora.Fleet.History;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Waits for commands that were sent before, and gives the result of each host as it becomes final.</summary>
[Cmdlet(VerbsLifecycle.Wait, "AragoraCommand")]
[OutputType(typeof(CommandResult))]
public sealed class WaitAragoraCommandCommand : PastCommandCmdlet
{
    /// <summary>How long to wait for all of them; 10 minutes where it is left out. The commands go on after it.</summary>
    [Parameter]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);

    private protected override string Activity => "Waiting for commands";

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        base.OnBegin();
        CheckTimeout(Timeout);
    }

    private protected override Task RunAsync(
        FleetServices services, IReadOnlyList<FoundCommand> commands, PipelineSink sink, CancellationToken cancellationToken) =>
        EmitAsync(sink, services.PastCommands.WaitAsync(commands, Timeout, cancellationToken));
}
