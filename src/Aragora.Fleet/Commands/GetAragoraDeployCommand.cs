using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts.History;
using Aragora.Fleet.Rollouts.Signals;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Shows what became of deploys and restores, by what their hosts have kept.</summary>
[Cmdlet(VerbsCommon.Get, "AragoraDeploy", DefaultParameterSetName = LastSet)]
[OutputType(typeof(DeployRecord))]
public sealed class GetAragoraDeployCommand : RunCmdlet
{
    private const string LastSet = "Last";
    private const string IdSet = "Id";

    private string? _deployId;

    /// <summary>One run; the newest ones where it is left out.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = IdSet, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(DeployIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string? DeployId { get; set; }

    /// <summary>At most so many runs, the newest first.</summary>
    [Parameter(ParameterSetName = LastSet)]
    [ValidateRange(1, 10)]
    public int Last { get; set; } = 5;

    private protected override string Activity => "Looking for deploys";

    /// <inheritdoc/>
    protected override void OnRecord()
    {
        base.OnRecord();
        _deployId = DeployId;
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        var services = Services(sink);
        var instances = await FindHostsAsync(services, cancellationToken).ConfigureAwait(false);
        var locks = await services.SeeLocksAsync(Place, Regions, cancellationToken).ConfigureAwait(false);
        var living = new Dictionary<string, LivingRun>(StringComparer.Ordinal);
        foreach (var run in locks.Where(entry => entry is { IsHeld: true, IsDead: false, DeployId.Length: > 0 }).GroupBy(entry => entry.DeployId))
        {
            var said = await services.Signals(Place, [.. run.Select(entry => entry.Region)]).ReadAsync(run.Key, cancellationToken).ConfigureAwait(false);
            living[run.Key] = new LivingRun(
                run.Max(entry => entry.Expires), said.Any(signal => signal.Kind is DeploySignalKind.Approve or DeploySignalKind.Deny));
        }

        var found = _deployId is { } one
            ? await services.Deploys.OneAsync(instances, one, living, cancellationToken).ConfigureAwait(false)
            : await services.Deploys.LastAsync(instances, Last, living, cancellationToken).ConfigureAwait(false);
        foreach (var record in found.Records)
        {
            await sink.EmitAsync(record with { JournalPath = JournalFolder.Find(record.DeployId) }).ConfigureAwait(false);
        }

        // A host that no agent ever spoke for is told of only where it may be one that a run misses.
        var misses = found.Records.Any(record => record.MissingHostCount > 0);
        foreach (var host in found.Silent.Where(host => misses || host.Failure!.Kind != FailureKind.InstanceNotManaged))
        {
            await sink.FailAsync(host.Failure!).ConfigureAwait(false);
        }

        if (_deployId is { } missing && found.Records.Count == 0)
        {
            await sink.FailAsync(found.NotFound(missing, instances.Count)).ConfigureAwait(false);
        }
    }
}
