using System.Management.Automation;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Plans a deploy: what it will do to each host, and what stands against it. Changes nothing.</summary>
[Cmdlet(VerbsCommon.New, "AragoraDeployPlan", DefaultParameterSetName = RefSet)]
[OutputType(typeof(ChangePlan))]
public sealed class NewAragoraDeployPlanCommand : PlanningCmdlet
{
    private const string RefSet = "Ref";
    private const string CommitSet = "Commit";
    private const string PackageSet = "Package";

    private DeployTarget? _target;

    /// <summary>The branch or tag to deploy; resolved once, for all hosts.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RefSet)]
    [Parameter(ParameterSetName = PackageSet)]
    [ArgumentCompleter(typeof(RefCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Ref { get; set; }

    /// <summary>The commit to deploy, 7 to 40 hexadecimal digits in any case.</summary>
    [Parameter(Mandatory = true, ParameterSetName = CommitSet)]
    [ValidateNotNullOrEmpty]
    public string? CommitSha { get; set; }

    /// <summary>The version to deploy to package hosts, such as 2.9.0; with -Ref for a fleet of both.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PackageSet)]
    [ValidateNotNullOrEmpty]
    public string? PackageVersion { get; set; }

    /// <summary>What happens to the hosts that are done when one fails: they go back, or they stay.</summary>
    [Parameter]
    public FailureAction OnFailure { get; set; } = FailureAction.Restore;

    /// <summary>Waits after the first wave until somebody approves it.</summary>
    [Parameter]
    public SwitchParameter Approve { get; set; }

    /// <summary>After this without a decision the first wave goes back.</summary>
    [Parameter]
    [ValidateWait]
    public TimeSpan? ApprovalTimeout { get; set; }

    private protected override string Activity => "Planning";

    private protected override WaveList DefaultWaves => WaveList.ForDeploy;

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        base.OnBegin();
        _target = DeployTarget.Read(Ref, CommitSha, PackageVersion);
    }

    private protected override DeployGates ReadGates() => WithApproval(base.ReadGates(), Approve, ApprovalTimeout);

    private protected override async Task RunAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        var services = Services(sink);
        var instances = await ResolveAllAsync(services, cancellationToken).ConfigureAwait(false);
        var plan = await services.Planner
            .PlanDeployAsync(DeployOf(services, instances, _target!, OnFailure), cancellationToken).ConfigureAwait(false);
        await sink.EmitAsync(plan).ConfigureAwait(false);
    }
}
