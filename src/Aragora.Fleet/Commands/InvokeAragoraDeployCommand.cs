using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Rollouts.Plans;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Deploys one commit to hosts in waves, verifies each, and takes everything back if one fails.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "AragoraDeploy", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = RefSet)]
[OutputType(typeof(DeployResult))]
public sealed class InvokeAragoraDeployCommand : RolloutCmdlet
{
    private const string RefSet = "Ref";
    private const string CommitSet = "Commit";
    private const string PackageSet = "Package";
    private const string PlanSet = "Plan";

    // A plan has these already.
    private static readonly string[] s_shaping =
    [
        nameof(InstanceId), nameof(Name), nameof(Environment), nameof(Region), nameof(All), nameof(OnFailure), nameof(Wave),
        nameof(BatchSize), nameof(ReadyTimeout), nameof(SettleTime), nameof(BakeTime), nameof(MinHealthy), nameof(MaxFailure),
        nameof(MaxUnreachable), nameof(Approve), nameof(ApprovalTimeout),
    ];

    private readonly List<PSObject> _plans = [];
    private List<string> _given = [];
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

    /// <summary>
    /// A plan of New-AragoraDeployPlan, applied as it is. Any object binds, so that one that was read from a file is refused
    /// with a reason.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = PlanSet, ValueFromPipeline = true)]
    [ValidateNotNull]
    public PSObject? Plan { get; set; }

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

    private protected override string Activity => "Deploying";

    private protected override string ActionName => "Deploy";

    private protected override WaveList DefaultWaves => WaveList.ForDeploy;

    private protected override bool FindsHostsItself => ParameterSetName == PlanSet;

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        base.OnBegin();
        // The set is not certain yet where a plan may come through the pipeline; what the command line gives is.
        _given = [.. MyInvocation.BoundParameters.Keys];
        _target = DeployTarget.Read(Ref, CommitSha, PackageVersion);
    }

    /// <inheritdoc/>
    protected override void OnRecord()
    {
        base.OnRecord();
        if (ParameterSetName == PlanSet)
        {
            _plans.Add(Plan!);
        }
    }

    private protected override DeployGates ReadGates() => WithApproval(base.ReadGates(), Approve, ApprovalTimeout);

    private protected override async Task<ChangePlan> GetPlanAsync(
        FleetServices services, LockTurn turn, CancellationToken cancellationToken)
    {
        if (ParameterSetName != PlanSet)
        {
            return await base.GetPlanAsync(services, turn, cancellationToken).ConfigureAwait(false);
        }

        var plan = GivenPlan();
        PlanCheck.Validate(plan, services.Origin, Connection.Environment);
        return await turn.PlanAsync(
            plan.Environment,
            [.. plan.Hosts.Select(host => host.Region).Distinct(StringComparer.Ordinal)],
            async (_, token) =>
            {
                await services.PlanCheck.EnsureFreshAsync(plan, token).ConfigureAwait(false);
                return plan with { Who = services.Who, Reason = Reason is null ? plan.Reason : LedgerReason };
            },
            cancellationToken).ConfigureAwait(false);
    }

    private protected override Task<ChangePlan> PlanAsync(
        FleetServices services, IReadOnlyList<Instance> instances, CancellationToken cancellationToken) =>
        services.Planner.PlanDeployAsync(
            DeployOf(services, instances, _target!, OnFailure) with { Reason = LedgerReason }, cancellationToken);

    private ChangePlan GivenPlan()
    {
        if (_given.Intersect(s_shaping, StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } parameter)
        {
            throw NoPlan($"-{parameter} shapes a plan, and the one given is made.", $"Give -{parameter} to New-AragoraDeployPlan.");
        }

        if (_plans.Find(plan => plan.BaseObject is not ChangePlan) is { } other)
        {
            throw other.TypeNames.Contains("Deserialized." + typeof(ChangePlan).FullName)
                ? NoPlan(
                    "The plan was read from a file or came from another session: it tells what was planned, and no more.",
                    "Make it again in this session with New-AragoraDeployPlan.")
                : NoPlan(
                    $"An object of the type {other.BaseObject.GetType().Name} is no plan.",
                    "Give the object of New-AragoraDeployPlan; to deploy to hosts, add -Ref or -CommitSha.");
        }

        return _plans.Count == 1
            ? (ChangePlan)_plans[0].BaseObject
            : throw NoPlan($"{_plans.Count} plans came, and each is a run of its own.", "Apply one plan at a time.");
    }

    private static FleetException NoPlan(string message, string action) =>
        new(FailureKind.PlanInvalid, message, action, nameof(Plan));
}
