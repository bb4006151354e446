using System.Management.Automation;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.History;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Cancels commands that were sent before, and says for each host what became of it.</summary>
[Cmdlet(VerbsLifecycle.Stop, "AragoraCommand", SupportsShouldProcess = true)]
[OutputType(typeof(CommandResult))]
public sealed class StopAragoraCommandCommand : PastCommandCmdlet
{
    /// <summary>How long to wait for the hosts to confirm; 30 seconds where it is left out.</summary>
    [Parameter]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Cancels the command of a deploy or restore step too. The step itself goes on: the host runs it by itself.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string Activity => "Stopping commands";

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        base.OnBegin();
        CheckTimeout(Timeout);
    }

    private protected override async Task RunAsync(
        FleetServices services, IReadOnlyList<FoundCommand> commands, PipelineSink sink, CancellationToken cancellationToken)
    {
        var agreed = new List<FoundCommand>();
        foreach (var command in commands)
        {
            if (command.IsStep && !Force)
            {
                await sink.FailAsync(Protected(command)).ConfigureAwait(false);
                continue;
            }

            var targets = new List<HostTarget>();
            foreach (var target in command.Targets)
            {
                var what = $"{command.Command.CommandId} on {target}";
                if (await sink.ConfirmAsync(what, "Cancel the command").ConfigureAwait(false))
                {
                    targets.Add(target);
                }
            }

            if (targets.Count == 0)
            {
                continue;
            }

            if (command.IsStep)
            {
                sink.Warning(
                    $"{command.Command.CommandId} is a step that changes hosts ({command.Command.Comment}): "
                    + "its command is cancelled, the step goes on in a unit of its own on each host.");
            }

            agreed.Add(command with
            {
                Targets = targets,
                IsWhole = command.IsWhole && targets.Count == command.Targets.Count,
            });
        }

        if (agreed.Count > 0)
        {
            await EmitAsync(sink, services.PastCommands.StopAsync(agreed, Timeout, cancellationToken)).ConfigureAwait(false);
        }
    }

    private static FleetException Protected(FoundCommand command) => new(
        FailureKind.CommandProtected,
        $"{command.Command.CommandId} is a step of this module that changes hosts ({command.Command.Comment}): "
        + "it was not cancelled.",
        "Wait for it with Wait-AragoraCommand; -Force cancels the command, and the step goes on on the host all the same.",
        command.Command.CommandId);
}
