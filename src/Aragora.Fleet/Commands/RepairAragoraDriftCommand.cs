using System.Management.Automation;
using Aragora.Fleet.Drift;
using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Rollouts.Plans;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Brings hosts that drifted back to the release that they should have, in one run for all of them.</summary>
[Cmdlet(VerbsDiagnostic.Repair, "AragoraDrift", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(DeployResult))]
public sealed class RepairAragoraDriftCommand : RolloutCmdlet
{
    // The findings name the hosts.
    private static readonly string[] s_hosts =
        [nameof(InstanceId), nameof(Name), nameof(Environment), nameof(Region), nameof(All)];

    private readonly List<DriftFinding> _findings = [];
    private RepairAim? _aim;
    private FindingsGate? _gate;

    /// <summary>What Test-AragoraDrift found.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public DriftFinding[]? Finding { get; set; }

    private protected override string Activity => "Repairing";

    private protected override string ActionName => "Repair";

    private protected override WaveList DefaultWaves => WaveList.ForDeploy;

    private protected override bool FindsHostsItself => true;

    private protected override IReadOnlyList<IDeployGate> OwnGates => [_gate!];

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        base.OnBegin();
        if (MyInvocation.BoundParameters.Keys.Intersect(s_hosts, StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } parameter)
        {
            throw new FleetException(
                FailureKind.TargetAmbiguous,
                $"The findings name the hosts, and -{parameter} names some as well.",
                "Choose among the findings, such as with Where-Object Name.",
                parameter);
        }

        if (LockWait is not null)
        {
            throw new FleetException(
                FailureKind.RequestRejected,
                "-LockWait waits for another's run, and what was found before that run ended says nothing of the hosts after it.",
                "Wait with Lock-AragoraFleet -Wait, test again, and repair what is found then.",
                nameof(LockWait));
        }
    }

    private protected override void TakeRecord() => _findings.AddRange(Finding!);

    private protected override void OnEmptyPipeline()
    {
    }

    private protected override async Task<bool> PrepareAsync(PipelineSink sink)
    {
        _aim = RepairAim.Of(_findings);
        foreach (var refusal in _aim.Refusals)
        {
            await sink.FailAsync(refusal).ConfigureAwait(false);
        }

        return _aim.Hosts.Count > 0;
    }

    private protected override Task<ChangePlan> GetPlanAsync(
        FleetServices services, LockTurn turn, CancellationToken cancellationToken)
    {
        var selection = new HostSelection();
        foreach (var host in _aim!.Hosts)
        {
            selection.Add([host.InstanceId], null, [host.Region], host.Environment);
        }

        return turn.PlanAsync(
            async token => Instances(
                await ResolveAsync(services, selection, token).ConfigureAwait(false), FailureKind.InstanceNotManaged),
            (instances, token) => PlanAsync(services, instances, token),
            cancellationToken);
    }

    private protected override async Task<ChangePlan> PlanAsync(
        FleetServices services, IReadOnlyList<Instance> instances, CancellationToken cancellationToken)
    {
        var targets = instances.Select(HostTarget.From)
            .Concat(await FindReferencesAsync(services, cancellationToken).ConfigureAwait(false)).Distinct().ToList();
        _gate = new FindingsGate(services.Drift, _aim!, targets);
        await _gate.CheckAsync(cancellationToken).ConfigureAwait(false);
        var target = new DeployTarget(_aim!.Commit, _aim.Version);
        return await services.Planner.PlanDeployAsync(
            DeployOf(services, instances, target, FailureAction.Restore) with
            {
                MendsDrift = true,
                Reason = Reason is null ? "repair of drift" : LedgerReason,
            },
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<IEnumerable<HostTarget>> FindReferencesAsync(FleetServices services, CancellationToken cancellationToken)
    {
        string[] ids = [.. _aim!.Findings.SelectMany(finding => finding.ReferenceInstanceId).Distinct(StringComparer.Ordinal)];
        if (ids.Length == 0)
        {
            return [];
        }

        var selection = new HostSelection();
        string[] regions = [.. Connection.Regions, .. _aim.Hosts.Select(host => host.Region)];
        selection.Add(ids, null, regions, _aim.Hosts[0].Environment);
        var found = await ResolveAsync(services, selection, cancellationToken).ConfigureAwait(false);
        return found.Where(host => host.Failure is null).Select(host => host.Target!);
    }
}
