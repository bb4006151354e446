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
    private TokenSecret? _token;

    /// <summary>
    /// Where each host finds the token of the endpoints that need one: ID#KEY, or ID where the whole secret is the token.
    /// The host reads it with its own role; it travels nowhere.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    public string? TokenSecret { get; set; }

    /// <summary>Gives one bool for each host: true for Healthy only.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override string Activity => "Checking health";

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        base.OnBegin();
        _token = TokenSecret is null ? null : Health.TokenSecret.Parse(TokenSecret);
    }

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
        var reports = services.Health.CheckAsync(targets, _token, cancellationToken);
        await foreach (var (report, failure) in reports.ConfigureAwait(false))
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
