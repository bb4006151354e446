using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Health;
using Aragora.Fleet.PowerShell.Pipeline;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Asks each host for its own health, on the host itself, and gives a verdict with its evidence.</summary>
[Cmdlet(VerbsDiagnostic.Test, "AragoraHealth")]
[OutputType(typeof(HealthReport), typeof(bool))]
public sealed class TestAragoraHealthCommand : HostCmdlet
{
    /// <summary>Gives one bool for each host: true for Healthy only.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override string Activity => "Checking health";

    private protected override async Task RunAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        var services = Services(sink);
        var resolved = await ResolveAsync(services, cancellationToken).ConfigureAwait(false);
        foreach (var (target, _, failure) in resolved)
        {
            if (failure is not null)
            {
                await EmitAsync(sink, target is null ? null : HealthService.Unknown(target, failure), failure)
                    .ConfigureAwait(false);
            }
        }

        var targets = resolved.Where(r => r.Failure is null).Select(r => r.Target!).ToList();
        await foreach (var (report, failure) in services.Health.CheckAsync(targets, cancellationToken).ConfigureAwait(false))
        {
            await EmitAsync(sink, report, failure).ConfigureAwait(false);
        }
    }

    private async Task EmitAsync(PipelineSink sink, HealthReport? report, FleetException? failure)
    {
        if (report is not null)
        {
            await sink.EmitAsync(Quiet ? report.Verdict == Verdict.Healthy : report).ConfigureAwait(false);
        }

        if (failure is not null)
        {
            await sink.FailAsync(failure).ConfigureAwait(false);
        }
    }
}
