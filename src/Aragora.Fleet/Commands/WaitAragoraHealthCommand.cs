using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Health;
using Aragora.Fleet.PowerShell.Pipeline;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Waits until hosts are well, and gives each host's report as soon as it is final.</summary>
[Cmdlet(VerbsLifecycle.Wait, "AragoraHealth")]
[OutputType(typeof(HealthReport), typeof(bool))]
public sealed class WaitAragoraHealthCommand : HostCmdlet
{
    private TokenSecret? _token;

    /// <summary>How long to wait; 10 minutes where it is left out.</summary>
    [Parameter]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>For this long a host must be found so, under the same main process; one look will do where it is left out.</summary>
    [Parameter]
    public TimeSpan Stable { get; set; }

    /// <summary>Takes Degraded for well: the host serves, with a part of it impaired.</summary>
    [Parameter]
    public SwitchParameter AllowDegraded { get; set; }

    /// <summary>How long after one round of questions the next begins; 5 seconds where it is left out.</summary>
    [Parameter]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Where each host finds the token of the endpoints that need one: ID#KEY, or ID where the whole secret is the token.
    /// The host reads it with its own role; it travels nowhere.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    public string? TokenSecret { get; set; }

    /// <summary>Gives one bool for each host: true where it is well.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override string Activity => "Waiting for health";

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        base.OnBegin();
        CheckTimeout(Timeout);
        if (Interval < TimeSpan.FromSeconds(1) || Interval > Timeout || Stable < TimeSpan.Zero || Stable >= Timeout)
        {
            throw new FleetException(
                FailureKind.RequestRejected,
                $"-Interval {Interval} and -Stable {Stable} do not fit into -Timeout {Timeout}.",
                "Give an interval from one second up to the timeout, and less than the timeout to be stable for.",
                nameof(Timeout));
        }

        _token = TokenSecret is null ? null : Health.TokenSecret.Parse(TokenSecret);
    }

    private protected override async Task RunAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        var services = Services(sink);
        var resolved = await ResolveAsync(services, cancellationToken).ConfigureAwait(false);
        var awaited = resolved.ToLookup(MayBecomeWell);
        foreach (var (target, _, failure) in awaited[false])
        {
            await EmitAsync(sink, target is null ? null : HealthService.Unknown(target, failure!), failure)
                .ConfigureAwait(false);
        }

        var wait = new HealthWait { Timeout = Timeout, Stable = Stable, AllowDegraded = AllowDegraded, Interval = Interval };
        var reports = services.HealthWait.WaitAsync(
            [.. awaited[true].Select(host => host.Target!)], wait, _token, cancellationToken);
        await foreach (var (report, failure) in reports.ConfigureAwait(false))
        {
            await EmitAsync(sink, report, failure).ConfigureAwait(false);
        }
    }

    // A host that starts, or whose agent has not registered yet, is what one waits for.
    private static bool MayBecomeWell(ResolvedTarget host) =>
        host.Failure is null || host.Instance is { State: InstanceState.Pending or InstanceState.Running };

    private async Task EmitAsync(PipelineSink sink, HealthReport? report, FleetException? failure)
    {
        if (report is not null)
        {
            await sink.EmitAsync(Quiet ? failure is null : report).ConfigureAwait(false);
        }

        if (failure is not null)
        {
            await sink.FailAsync(failure).ConfigureAwait(false);
        }
    }
}
