using System.Management.Automation;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Takes hosts back to what they ran before, or to a commit, and verifies each.</summary>
[Cmdlet(VerbsData.Restore, "AragoraCommit", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(DeployResult))]
public sealed class RestoreAragoraCommitCommand : RolloutCmdlet
{
    private string? _commit;

    /// <summary>The commit to go back to; what each host ran before where it is left out.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CommitSha { get; set; }

    private protected override string Activity => "Restoring";

    private protected override string ActionName => "Restore";

    private protected override WaveList DefaultWaves => WaveList.ForRestore;

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        base.OnBegin();
        _commit = CommitSha is null ? null : GitRef.CheckCommit(CommitSha);
    }

    private protected override Task<ChangePlan> PlanAsync(
        FleetServices services, IReadOnlyList<Instance> instances, CancellationToken cancellationToken) =>
        services.Planner.PlanRestoreAsync(
            new RestoreRequest
            {
                Instances = instances,
                Commit = _commit,
                Waves = Waves,
                Gates = Gates,
                Reason = LedgerReason,
                Who = services.Who,
                Origin = services.Origin,
            },
            cancellationToken);
}
