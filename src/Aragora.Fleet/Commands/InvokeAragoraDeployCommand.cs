using System.Management.Automation;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Deploys one commit to hosts in waves, verifies each, and takes everything back if one fails.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "AragoraDeploy", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = RefSet)]
[OutputType(typeof(DeployResult))]
public sealed class InvokeAragoraDeployCommand : RolloutCmdlet
{
    private const string RefSet = "Ref";
    private const string CommitSet = "Commit";

    private string? _ref;

    /// <summary>The branch or tag to deploy; resolved once, for all hosts.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RefSet)]
    [ArgumentCompleter(typeof(RefCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Ref { get; set; }

    /// <summary>The commit to deploy, 7 to 40 hexadecimal digits in any case.</summary>
    [Parameter(Mandatory = true, ParameterSetName = CommitSet)]
    [ValidateNotNullOrEmpty]
    public string? CommitSha { get; set; }

    /// <summary>What happens to the hosts that are done when one fails: they go back, or they stay.</summary>
    [Parameter]
    public FailureAction OnFailure { get; set; } = FailureAction.Restore;

    private protected override string Activity => "Deploying";

    private protected override string ActionName => "Deploy";

    private protected override WaveList DefaultWaves => WaveList.ForDeploy;

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        base.OnBegin();
        _ref = CommitSha is null ? GitRef.Check(Ref!) : GitRef.CheckCommit(CommitSha);
    }

    private protected override Task<ChangePlan> PlanAsync(
        FleetServices services, IReadOnlyList<Instance> instances, CancellationToken cancellationToken) =>
        services.Planner.PlanDeployAsync(
            new DeployRequest
            {
                Instances = instances,
                Ref = _ref!,
                Waves = Waves,
                Gates = Gates,
                OnFailure = OnFailure,
                Reason = LedgerReason,
                Who = services.Who,
                Origin = services.Origin,
            },
            cancellationToken);
}
