using System.Management.Automation;
using Aragora.Fleet.Commands;
using Aragora.Fleet.History;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Pipeline;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Lists past commands and those under way, one object for each command and host, whoever sent them.</summary>
[Cmdlet(VerbsCommon.Get, "AragoraCommand")]
[OutputType(typeof(CommandInvocation))]
public sealed class GetAragoraCommandCommand : FleetCmdlet
{
    private static readonly TimeSpan s_recent = TimeSpan.FromDays(1);

    private readonly HashSet<string> _commands = new(StringComparer.Ordinal);
    private readonly HashSet<string> _instances = new(StringComparer.Ordinal);
    private readonly HashSet<string> _regions = new(StringComparer.Ordinal);
    private bool _isEmptyPipeline;

    /// <summary>The SSM commands.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(CommandIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? CommandId { get; set; }

    /// <summary>The hosts; all of the connected fleet where it is left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? InstanceId { get; set; }

    /// <summary>The regions to look in; the connection's where it is left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(RegionCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Region { get; set; }

    /// <summary>States; every state where it is left out.</summary>
    [Parameter]
    [Alias("Status")]
    [ValidateNotNullOrEmpty]
    public CommandState[]? State { get; set; }

    /// <summary>Requested at or after this; a day ago where no command and no time is given.</summary>
    [Parameter]
    public DateTime? After { get; set; }

    /// <summary>Requested before this.</summary>
    [Parameter]
    public DateTime? Before { get; set; }

    private protected override string Activity => "Listing commands";

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        base.OnBegin();
        _isEmptyPipeline = MyInvocation.ExpectingInput;
    }

    /// <inheritdoc/>
    protected override void OnRecord()
    {
        _isEmptyPipeline = false;
        _commands.UnionWith((CommandId ?? []).Select(CommandReference.Check));
        _instances.UnionWith(InstanceId ?? []);
        _regions.UnionWith(Region ?? []);
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        if (_isEmptyPipeline)
        {
            return;
        }

        var selector = new HistorySelector
        {
            Regions = _regions.Count > 0 ? [.. _regions] : Connection.Regions,
            Environment = Connection.Environment,
            CommandIds = [.. _commands],
            InstanceIds = [.. _instances],
            States = State ?? [],
            After = After?.ToUniversalTime(),
            Before = Before?.ToUniversalTime(),
        };
        if (_commands.Count == 0 && After is null && Before is null)
        {
            selector = selector with { After = Clock.GetUtcNow() - s_recent };
        }

        await foreach (var (row, failure) in Services(sink).History.FindAsync(selector, cancellationToken).ConfigureAwait(false))
        {
            await (row is not null ? sink.EmitAsync(row) : sink.FailAsync(failure!)).ConfigureAwait(false);
        }
    }
}
