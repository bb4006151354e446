using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Completion;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>The base of cmdlets that work on one environment as a whole, and not on its hosts.</summary>
public abstract class EnvironmentCmdlet : FleetCmdlet
{
    /// <summary>The environment; the connection's where it is left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EnvironmentCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Environment { get; set; }

    /// <summary>The regions; the connection's where it is left out.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(RegionCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? Region { get; set; }

    /// <summary>The environment that the record under way means.</summary>
    private protected string Place { get; private set; } = "";

    /// <summary>The regions that the record under way means, in the order of their names.</summary>
    private protected IReadOnlyList<string> Regions { get; private set; } = [];

    /// <inheritdoc/>
    protected override void OnRecord()
    {
        Place = Environment ?? Connection.Environment ?? throw new FleetException(
            FailureKind.EnvironmentRequired,
            "A lock is of one environment, and the connection names none.",
            "Give -Environment here or to Connect-AragoraFleet.",
            nameof(Environment));
        Regions = [.. (Region ?? Connection.Regions).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>The environment and its regions, for questions and messages.</summary>
    private protected string Describe() => $"{Place} in {string.Join(", ", Regions)}";
}
