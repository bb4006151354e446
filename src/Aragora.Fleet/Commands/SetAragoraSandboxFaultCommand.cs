using System.Management.Automation;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.Sandboxes;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Makes a sandbox fail in one of the ways in which AWS and hosts fail, and ends that again.</summary>
[Cmdlet(VerbsCommon.Set, "AragoraSandboxFault", SupportsShouldProcess = true, DefaultParameterSetName = SetSet)]
[OutputType(typeof(SandboxFault))]
public sealed class SetAragoraSandboxFaultCommand : FleetCmdlet
{
    private const string SetSet = "Set";
    private const string ClearSet = "Clear";
    private const string TokenVariable = "ARAGORA_SANDBOX_TOKEN";

    private readonly List<string> _instanceIds = [];
    private int _records;
    private bool _expectsInput;

    /// <summary>What goes wrong.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = SetSet)]
    [Parameter(Position = 0, ParameterSetName = ClearSet)]
    public SandboxFaultKind? Kind { get; set; }

    /// <summary>The hosts that it strikes; all where it is left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = SetSet)]
    [Alias("Id")]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? InstanceId { get; set; }

    /// <summary>The API action that it strikes, such as SendCommand; all where it is left out.</summary>
    [Parameter(ParameterSetName = SetSet)]
    [ArgumentCompleter(typeof(ApiActionCompleter))]
    [ValidateNotNullOrEmpty]
    public string? ApiAction { get; set; }

    /// <summary>How likely it strikes, 0 to 1; always where it is left out.</summary>
    [Parameter(ParameterSetName = SetSet)]
    [ValidateRange(0.0, 1.0)]
    public double Rate { get; set; } = 1;

    /// <summary>After so many strikes it ends by itself; never where it is left out.</summary>
    [Parameter(ParameterSetName = SetSet)]
    [ValidateRange(1, int.MaxValue)]
    public int? Count { get; set; }

    /// <summary>How long; what it means depends on the kind, and each kind has a default of its own.</summary>
    [Parameter(ParameterSetName = SetSet)]
    public TimeSpan? Delay { get; set; }

    /// <summary>
    /// Of faults of hosts, on live ones: it strikes when a step on the host enters this phase, such as install, or
    /// back/install for a step of the way back.
    /// </summary>
    [Parameter(ParameterSetName = SetSet)]
    [ArgumentCompleter(typeof(StepPhaseCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Phase { get; set; }

    /// <summary>Of Throttling: how many calls a second pass, by a token bucket in place of -Rate.</summary>
    [Parameter(ParameterSetName = SetSet)]
    [ValidateRange(0.001, 1_000_000.0)]
    public double? CallsPerSecond { get; set; }

    /// <summary>Of Throttling: how many calls pass at once after a pause.</summary>
    [Parameter(ParameterSetName = SetSet)]
    [ValidateRange(1, int.MaxValue)]
    public int Burst { get; set; } = 1;

    /// <summary>From this the strikes follow: the same number and the same calls give the same strikes.</summary>
    [Parameter(ParameterSetName = SetSet)]
    public int Seed { get; set; } = 1;

    /// <summary>Ends the faults of the kind, or all where none is named.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ClearSet)]
    [Alias("Off")]
    public SwitchParameter Clear { get; set; }

    /// <summary>Gives the faults that are on afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override string Activity => "Setting a fault";

    /// <inheritdoc/>
    protected override void OnRecord()
    {
        _records++;
        _instanceIds.AddRange(InstanceId ?? []);
    }

    /// <inheritdoc/>
    protected override void OnEnd() => _expectsInput = MyInvocation.ExpectingInput;

    /// <inheritdoc/>
    protected override async Task EndAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        // An empty pipeline is not "all hosts".
        if (_expectsInput && _records == 0)
            return;

        // Read when it is used: a session may connect to a sandbox that was started after it.
        var token = Connection.Sandbox?.ControlToken ?? System.Environment.GetEnvironmentVariable(TokenVariable);
        var control = SandboxControl.Of(Connection.Endpoint, token);
        var action = Clear ? $"End the fault {Kind?.ToString() ?? "(all)"}" : $"Set the fault {Kind}";
        if (!await sink.ConfirmAsync(Connection.Endpoint?.ToString() ?? "AWS", action).ConfigureAwait(false))
            return;

        var faults = Clear
            ? await control.ClearAsync(Kind, cancellationToken).ConfigureAwait(false)
            : await control.SetAsync(Fault(), cancellationToken).ConfigureAwait(false);
        if (!PassThru)
            return;
        foreach (var fault in faults)
        {
            await sink.EmitAsync(fault).ConfigureAwait(false);
        }
    }

    private SandboxFault Fault() => new()
    {
        Kind = Kind!.Value,
        InstanceIds = [.. _instanceIds.Distinct(StringComparer.Ordinal)],
        ApiAction = ApiAction,
        Rate = Rate,
        Count = Count,
        Delay = Delay,
        Phase = Phase,
        CallsPerSecond = CallsPerSecond,
        Burst = Burst,
        Seed = Seed,
    };
}
