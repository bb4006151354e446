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
                Reason = Reason ?? "",
                Who = services.Who,
                Origin = services.Origin,
            },
            cancellationToken);

    private protected override async Task RunPlanAsync(
        FleetServices services, ChangePlan plan, PipelineSink sink, CancellationToken cancellationToken)
    {
        var run = services.Restore(plan);
        var results = new List<DeployResult>();
        await foreach (var result in run.RunAsync(sink.StopRequested, cancellationToken).ConfigureAwait(false))
        {
            results.Add(result);
            await sink.EmitAsync(result).ConfigureAwait(false);
        }

        if (run.WasInterrupted)
        {
            TellInterrupted(
                sink, results, "Restore-AragoraCommit" + (_commit is null ? "" : $" -CommitSha {_commit}"));
        }

        if (run.Failure is { } failure)
        {
            await sink.FailAsync(failure).ConfigureAwait(false);
        }
    }
}
