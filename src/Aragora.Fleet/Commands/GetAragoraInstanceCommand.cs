using System.Collections;
using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Pipeline;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Lists the instances of the fleet, joined with what Systems Manager knows of them. Streams page by page.</summary>
[Cmdlet(VerbsCommon.Get, "AragoraInstance")]
[OutputType(typeof(Instance))]
public sealed class GetAragoraInstanceCommand : FleetCmdlet
{
    private InstanceSelector? _selector;

    /// <summary>Instance ids.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? InstanceId { get; set; }

    /// <summary>Values of the tag Name.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>The tag Environment; the connection's where it is left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EnvironmentCompleter))]
    public string? Environment { get; set; }

    /// <summary>The regions to look in, all at once; the connection's where it is left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(RegionCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Region { get; set; }

    /// <summary>Further tags that must have these values.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public Hashtable? Tag { get; set; }

    /// <summary>States; every state but terminated and shutting-down where it is left out.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public InstanceState[]? State { get; set; }

    private protected override string Activity => "Listing instances";

    /// <inheritdoc/>
    protected override void OnRecord() => _selector = new InstanceSelector
    {
        Regions = Region ?? Connection.Regions,
        Environment = Environment is { Length: > 0 } environment ? environment : Connection.Environment,
        InstanceIds = InstanceId ?? [],
        Names = InstanceId is null ? Name ?? [] : [],
        Tags = Tag?.Cast<DictionaryEntry>().ToDictionary(tag => $"{tag.Key}", tag => $"{tag.Value}") ?? [],
        // A machine that was asked for by its id is shown whatever has become of it.
        States = State ?? (InstanceId is null ? [] : [.. Enum.GetValues<InstanceState>().Skip(1)]),
    };

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        var selector = _selector!;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var instances = Services(sink).Inventory.FindAsync(selector, cancellationToken);
        await foreach (var instance in instances.ConfigureAwait(false))
        {
            seen.Add(instance.InstanceId);
            seen.Add(instance.Name);
            await sink.EmitAsync(instance).ConfigureAwait(false);
        }

        var literalNames = selector.Names.Where(name => name.AsSpan().IndexOfAny('*', '?') < 0);
        foreach (var missing in selector.InstanceIds.Concat(literalNames).Where(wanted => !seen.Contains(wanted)))
        {
            await sink.FailAsync(TargetResolver.NotFound(missing, selector)).ConfigureAwait(false);
        }

        if (seen.Count == 0 && selector.InstanceIds.Count == 0 && selector.Names.Count == 0 && selector.Tags.Count == 0)
        {
            await sink.FailAsync(new FleetException(
                FailureKind.NoTarget,
                $"No instance of the fleet in {string.Join(", ", selector.Regions)}" +
                (selector.Environment is { } environment ? $", environment {environment}." : "."),
                "Check the region, the environment and the account: Get-AragoraFleet shows the connection.",
                string.Join(", ", selector.Regions))).ConfigureAwait(false);
        }
    }
}
