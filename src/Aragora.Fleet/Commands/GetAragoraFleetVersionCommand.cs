using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Versions;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Shows what release each host holds and runs, and which hosts differ.</summary>
[Cmdlet(VerbsCommon.Get, "AragoraFleetVersion")]
[OutputType(typeof(HostVersion))]
public sealed class GetAragoraFleetVersionCommand : HostCmdlet
{
    private string? _reference;

    /// <summary>The commit to compare with; the one that most hosts hold where it is left out.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CommitSha { get; set; }

    private protected override string Activity => "Checking versions";

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        base.OnBegin();
        _reference = CommitSha is null ? null : GitRef.CheckCommit(CommitSha);
    }

    private protected override async Task RunAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        var services = Services(sink);
        var resolved = await ResolveAsync(services, cancellationToken).ConfigureAwait(false);
        foreach (var (target, _, failure) in resolved)
        {
            if (failure is not null)
            {
                await EmitAsync(sink, target is null ? null : VersionService.Unknown(target, failure), failure)
                    .ConfigureAwait(false);
            }
        }

        var targets = resolved.Where(r => r.Failure is null).Select(r => r.Target!).ToList();
        var versions = services.Versions.GetAsync(targets, _reference, cancellationToken);
        await foreach (var (version, failure) in versions.ConfigureAwait(false))
        {
            await EmitAsync(sink, version, failure).ConfigureAwait(false);
        }
    }

    private static async Task EmitAsync(PipelineSink sink, HostVersion? version, FleetException? failure)
    {
        if (version is not null)
        {
            await sink.EmitAsync(version).ConfigureAwait(false);
        }

        if (failure is not null)
        {
            await sink.FailAsync(failure).ConfigureAwait(false);
        }
    }
}
