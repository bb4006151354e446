using System.Management.Automation;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.History;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>
/// The base of cmdlets that work on commands which were sent before: collects what the pipeline names, then works on all
/// of it at once, so that the commands share their pages.
/// </summary>
public abstract class PastCommandCmdlet : FleetCmdlet
{
    private readonly List<CommandReference> _references = [];

    /// <summary>The SSM commands.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(CommandIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? CommandId { get; set; }

    /// <summary>The hosts of the commands that are meant; all of them where it is left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? InstanceId { get; set; }

    /// <summary>The region that holds the commands; the connection's where it is left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(RegionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Region { get; set; }

    /// <inheritdoc/>
    protected sealed override void OnRecord()
    {
        foreach (var command in CommandId!.Select(CommandReference.Check))
        {
            foreach (var instance in InstanceId ?? [null!])
            {
                _references.Add(new CommandReference(command, instance, Region));
            }
        }
    }

    /// <inheritdoc/>
    protected sealed override async Task EndAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        if (_references.Count == 0)
        {
            return;
        }

        var services = Services(sink);
        var (found, missing) = await services.Commands
            .FindAsync(_references, Connection.Regions, cancellationToken).ConfigureAwait(false);
        foreach (var failure in missing)
        {
            await sink.FailAsync(failure).ConfigureAwait(false);
        }

        if (found.Count > 0)
        {
            await RunAsync(services, found, sink, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The cmdlet's work on the commands that were found.</summary>
    private protected abstract Task RunAsync(
        FleetServices services, IReadOnlyList<FoundCommand> commands, PipelineSink sink, CancellationToken cancellationToken);

    /// <summary>Writes each result, and its failure after it.</summary>
    private protected static async Task EmitAsync(
        PipelineSink sink, IAsyncEnumerable<(CommandResult Result, FleetException? Failure)> results)
    {
        await foreach (var (result, failure) in results.ConfigureAwait(false))
        {
            await sink.EmitAsync(result).ConfigureAwait(false);
            if (failure is not null)
            {
                await sink.FailAsync(failure).ConfigureAwait(false);
            }
        }
    }
}
