using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Locks;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.Rollouts.Signals;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>
/// The base of cmdlets that tell something to a run under way, wherever it runs. The run is known by its fleet lock; it
/// looks by itself, and carries out what it is told.
/// </summary>
public abstract class DeploySignalCmdlet : EnvironmentCmdlet
{
    private string _deployId = "";

    /// <summary>The deploy or restore that is under way.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(RunningDeployCompleter))]
    [AllowEmptyString]
    public string DeployId { get; set; } = "";

    /// <summary>Why; the run shows it. Never a secret.</summary>
    [Parameter]
    [ValidateLength(1, 200)]
    public string? Reason { get; set; }

    /// <summary>What the run is told.</summary>
    private protected abstract DeploySignalKind Kind { get; }

    /// <summary>What is asked for, as the question to the user names it.</summary>
    private protected abstract string ActionName { get; }

    /// <inheritdoc/>
    protected override void OnRecord()
    {
        base.OnRecord();
        _deployId = DeployId;
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        if (_deployId.Length == 0)
        {
            await sink.FailAsync(NoRun()).ConfigureAwait(false);
            return;
        }

        var services = Services(sink);
        var locks = await services.Locks.ListAsync(Place, Regions, cancellationToken).ConfigureAwait(false);
        var runs = locks.Where(entry => entry.IsHeld && entry.DeployId == _deployId).ToList();
        var living = runs.Where(entry => !entry.IsDead).ToList();
        if (living.Count == 0)
        {
            await sink.FailAsync(NotRunning(runs.FirstOrDefault())).ConfigureAwait(false);
            return;
        }

        if (!await sink.ConfirmAsync($"{_deployId} of {living[0].Owner}", ActionName).ConfigureAwait(false))
        {
            return;
        }

        string[] regions = [.. living.Select(entry => entry.Region)];
        var signal = new DeploySignal(Kind, services.Who, Reason ?? "");
        await services.Signals(Place, regions).SendAsync(_deployId, signal, cancellationToken).ConfigureAwait(false);
        await sink.EmitAsync(new SentSignal
        {
            DeployId = _deployId,
            Environment = Place,
            Region = regions,
            Kind = Kind,
            Who = signal.Who,
            Reason = signal.Reason,
            Owner = living[0].Owner,
        }).ConfigureAwait(false);
    }

    // The lock of Lock-AragoraFleet comes with no run while none works under it.
    private FleetException NoRun() => new(
        FailureKind.DeployNotRunning,
        $"No run is named: a lock of {Describe()} that carries none is one of Lock-AragoraFleet.",
        "Get-AragoraFleetLock shows whose it is and why; Unlock-AragoraFleet -Token removes it.",
        Place);

    private FleetException NotRunning(FleetLock? dead) => new(
        FailureKind.DeployNotRunning,
        dead is null
            ? $"No run {_deployId} holds the fleet lock of {Describe()}."
            : $"The run {_deployId} of {dead.Owner} has died: its last sign of life was {dead.LastHeartbeat:u}.",
        dead is null
            ? "Get-AragoraDeploy tells which runs there were, what became of each, and how it goes on."
            : $"Go on with Resume-AragoraDeploy {_deployId}, or back with Restore-AragoraCommit -DeployId {_deployId}.",
        _deployId);
}
