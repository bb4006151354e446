using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>
/// The base of cmdlets that act on hosts: collects what the pipeline names, then works on all of them at once in
/// EndProcessing. A bad id costs that id, never the others.
/// </summary>
public abstract class HostCmdlet : FleetCmdlet
{
    private readonly HostSelection _selection = new();
    private int _records;
    private bool _expectsInput;

    /// <summary>The hosts by EC2 instance id.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [ValidateNotNullOrEmpty]
    public virtual string[]? InstanceId { get; set; }

    /// <summary>The hosts by their tag Name.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>The hosts' tag Environment; the connection's where it is left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Environment { get; set; }

    /// <summary>The regions to look in; the connection's where it is left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[]? Region { get; set; }

    /// <summary>Whether the hosts come through the pipeline.</summary>
    private protected bool ExpectsInput => _expectsInput;

    /// <summary>What was named.</summary>
    private protected HostSelection Selection => _selection;

    /// <inheritdoc/>
    protected override void OnRecord()
    {
        _expectsInput = MyInvocation.ExpectingInput;
        _records++;
        _selection.Add(InstanceId, Name, Region, Environment);
        TakeRecord();
    }

    /// <summary>Takes over what else a record binds.</summary>
    private protected virtual void TakeRecord()
    {
    }

    /// <inheritdoc/>
    protected override void OnEnd() => _expectsInput = MyInvocation.ExpectingInput;

    /// <inheritdoc/>
    protected sealed override async Task EndAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        if (_expectsInput && _records == 0)
        {
            OnEmptyPipeline();
            return;
        }

        await RunAsync(sink, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>An empty pipeline is not "no input": nothing is done, least of all with the whole fleet.</summary>
    private protected virtual void OnEmptyPipeline()
    {
    }

    /// <summary>The cmdlet's work, after the last record.</summary>
    private protected abstract Task RunAsync(PipelineSink sink, CancellationToken cancellationToken);

    /// <summary>Finds the hosts that were named, or the connected fleet, and the failures of those that cannot be worked on.</summary>
    /// <exception cref="FleetException">NoTarget: the fleet is empty.</exception>
    private protected async Task<ResolvedTarget[]> ResolveAsync(FleetServices services, CancellationToken cancellationToken)
    {
        var found = await ResolveAsync(services, _selection, cancellationToken).ConfigureAwait(false);
        return found.Length > 0 || _selection.NamesHosts ? found : throw EmptyFleet();
    }

    /// <summary>Finds the hosts of a selection, and the failures of those that cannot be worked on.</summary>
    private protected async Task<ResolvedTarget[]> ResolveAsync(
        FleetServices services, HostSelection selection, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, ResolvedTarget>(StringComparer.Ordinal);
        foreach (var selector in selection.Selectors(Connection))
        {
            await foreach (var resolved in services.Resolver.ResolveAsync(selector, cancellationToken).ConfigureAwait(false))
            {
                found[resolved.Target?.InstanceId ?? $"?{resolved.Failure!.FailureTarget}"] = resolved;
            }
        }

        return [.. found.Values];
    }

    private protected static FleetException NoMatch() => new(
        FailureKind.NoTarget,
        "No running host matches.",
        "Run Get-AragoraInstance to see what there is.");

    private FleetException EmptyFleet()
    {
        var regions = string.Join(", ", Region ?? Connection.Regions);
        var environment = _selection.Environment ?? Connection.Environment;
        var tag = $"{Connection.Settings.TagKey}={Connection.Settings.TagValue}";
        return new FleetException(
            FailureKind.NoTarget,
            $"No running instance with the tag {tag}" +
            $"{(environment is null ? "" : $" and Environment={environment}")} in {regions}.",
            "Check the region, the environment and the account: Get-AragoraFleet shows the connection.",
            regions);
    }
}
