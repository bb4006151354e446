using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>The base of cmdlets that plan a change of hosts: its waves, and what it must see before it goes on.</summary>
public abstract class PlanningCmdlet : HostChangeCmdlet
{
    private WaveList? _waves;
    private DeployGates? _gates;

    /// <summary>Sizes of the waves, counts or percentages of all hosts; the last one repeats.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Wave { get; set; }

    /// <summary>One size for all waves, a count or a percentage of all hosts.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BatchSize { get; set; }

    /// <summary>Within this the service must be ready after its restart.</summary>
    [Parameter]
    [ValidateWait(AllowsNone = false)]
    public TimeSpan? ReadyTimeout { get; set; }

    /// <summary>For this long the service must stay ready, under the same main process.</summary>
    [Parameter]
    [ValidateWait]
    public TimeSpan? SettleTime { get; set; }

    /// <summary>For this long the hosts of a wave and their journals are watched before the next wave.</summary>
    [Parameter]
    [ValidateWait]
    public TimeSpan? BakeTime { get; set; }

    /// <summary>How many hosts must stay Healthy at any moment, a count or a percentage of all hosts.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MinHealthy { get; set; }

    /// <summary>How many hosts may fail over the whole run before it stops, a count or a percentage of all hosts.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MaxFailure { get; set; }

    /// <summary>How many hosts may be unreachable over the whole run before it stops; they are left out.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MaxUnreachable { get; set; }

    /// <summary>The sizes of the waves where none is given.</summary>
    private protected abstract WaveList DefaultWaves { get; }

    /// <summary>The sizes of the waves.</summary>
    private protected WaveList Waves => _waves!;

    /// <summary>What the run must see before it goes on.</summary>
    private protected DeployGates Gates => _gates!;

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        base.OnBegin();
        _waves = ReadWaves();
        _gates = ReadGates();
    }

    private protected override void OnEmptyPipeline() => throw new FleetException(
        FailureKind.NoTarget,
        "The pipeline brought no host, so nothing was done.",
        "Check the filter in front of it.",
        MyInvocation.MyCommand.Name);

    /// <summary>The hosts to plan for. One whose agent never registered is unreachable, and the plan tells so.</summary>
    private protected Task<IReadOnlyList<Instance>> ResolveAllAsync(
        FleetServices services, CancellationToken cancellationToken) =>
        ResolveAllAsync(services, cancellationToken, FailureKind.InstanceNotManaged);

    /// <summary>The gates, with the approval of the first wave.</summary>
    private protected static DeployGates WithApproval(DeployGates gates, bool approve, TimeSpan? timeout) => timeout switch
    {
        not null when !approve => throw new FleetException(
            FailureKind.RequestRejected,
            "-ApprovalTimeout says how long to wait for an approval, and without -Approve nothing waits for one.",
            "Give -Approve as well, or leave -ApprovalTimeout out.",
            "ApprovalTimeout"),
        { Ticks: 0 } => throw new FleetException(
            FailureKind.RequestRejected,
            "-ApprovalTimeout is nothing: the first wave would go back before anybody could approve it.",
            "Give a time span such as 0:30:00, or leave -ApprovalTimeout out for an hour.",
            "ApprovalTimeout"),
        _ => gates with { Approve = approve, ApprovalTimeout = timeout ?? gates.ApprovalTimeout },
    };

    /// <summary>What to plan for a deploy.</summary>
    private protected DeployRequest DeployOf(
        FleetServices services, IReadOnlyList<Instance> instances, DeployTarget target, FailureAction onFailure) => new()
        {
            Instances = instances,
            Ref = target.Ref,
            PackageVersion = target.Version,
            Waves = Waves,
            Gates = Gates,
            OnFailure = onFailure,
            Reason = Reason ?? "",
            Who = services.Who,
            Origin = services.Origin,
        };

    private WaveList ReadWaves() => (Wave, BatchSize) switch
    {
        (null, null) => DefaultWaves,
        ({ } sizes, null) => WaveList.Parse(sizes),
        (null, { } size) when !size.Contains(',') => WaveList.Parse([size]),
        (null, { } size) => throw new FleetException(
            FailureKind.WaveInvalid, $"'{size}' is more than one size.", "Give several sizes to -Wave.", size),
        _ => throw new FleetException(
            FailureKind.WaveInvalid,
            "-Wave and -BatchSize both say how large the waves are.",
            "Give one of the two.",
            BatchSize),
    };

    /// <summary>The gates that were asked for.</summary>
    private protected virtual DeployGates ReadGates()
    {
        var defaults = new DeployGates();
        return new DeployGates
        {
            ReadyTimeout = ReadyTimeout ?? Connection.Settings.ReadyTimeout,
            SettleTime = SettleTime ?? Connection.Settings.SettleTime,
            BakeTime = BakeTime ?? defaults.BakeTime,
            MinHealthy = MinHealthy is null ? defaults.MinHealthy : HostCount.Parse(MinHealthy, nameof(MinHealthy)),
            MaxFailure = MaxFailure is null ? defaults.MaxFailure : HostCount.Parse(MaxFailure, nameof(MaxFailure)),
            MaxUnreachable = MaxUnreachable is null
                ? defaults.MaxUnreachable
                : HostCount.Parse(MaxUnreachable, nameof(MaxUnreachable)),
        };
    }
}
