using System.Management.Automation;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.Rollouts.History;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Shows the releases that each host can go back to.</summary>
[Cmdlet(VerbsCommon.Get, "AragoraRollbackPoint")]
[OutputType(typeof(RollbackPoint))]
public sealed class GetAragoraRollbackPointCommand : HostCmdlet
{
    /// <summary>At most so many of each host, the newest first.</summary>
    [Parameter]
    [ValidateRange(1, 15)]
    public int Last { get; set; } = 15;

    private protected override string Activity => "Looking for rollback points";

    private protected override async Task RunAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        var services = Services(sink);
        var resolved = await ResolveAsync(services, cancellationToken).ConfigureAwait(false);
        foreach (var failure in resolved.Select(target => target.Failure).OfType<Failures.FleetException>())
        {
            await sink.FailAsync(failure).ConfigureAwait(false);
        }

        var targets = resolved.Where(r => r.Failure is null).Select(r => r.Target!).ToList();
        var answers = services.Past.AskAsync(targets, new HistoryQuestion { Points = Last }, cancellationToken);
        await foreach (var answer in answers.ConfigureAwait(false))
        {
            if (answer.Failure is { } silent)
            {
                await sink.FailAsync(silent).ConfigureAwait(false);
            }

            if (answer.StateFileDoubt is { } doubt)
            {
                sink.Warning($"{answer.Target}: {doubt}.");
            }

            foreach (var point in answer.Points)
            {
                await sink.EmitAsync(point).ConfigureAwait(false);
            }
        }
    }
}
