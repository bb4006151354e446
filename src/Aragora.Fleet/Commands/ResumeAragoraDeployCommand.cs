using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Goes on with a deploy or restore that stopped, from any machine, to the end state that it was to reach.</summary>
[Cmdlet(VerbsLifecycle.Resume, "AragoraDeploy", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(DeployResult))]
public sealed class ResumeAragoraDeployCommand : RunCmdlet
{
    private string? _deployId;

    /// <summary>The run.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(DeployIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string DeployId { get; set; } = "";

    /// <summary>
    /// Script blocks that are asked about each host that is done, as those of Invoke-AragoraDeploy; the hosts have kept all
    /// gates of the run but these.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public ScriptBlock[]? Gate { get; set; }

    /// <summary>So long the fleet lock is waited for, and first of all that the lock of the run itself turns out dead.</summary>
    [Parameter]
    [ValidateWait]
    public TimeSpan LockWait { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Goes on although commands of others are under way on the hosts.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override bool RunsToEndState => true;

    private protected override string Activity => "Resuming";

    /// <inheritdoc/>
    protected override void OnRecord()
    {
        base.OnRecord();
        if (_deployId is { } other && other != DeployId)
        {
            throw new FleetException(
                FailureKind.TargetAmbiguous,
                $"Two runs at once, {other} and {DeployId}: each is gone on with by itself.",
                "Choose one, such as with Get-AragoraDeploy -Last 1.",
                DeployId);
        }

        _deployId = DeployId;
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        if (_deployId is not { } deployId)
        {
            throw new FleetException(
                FailureKind.NoTarget,
                "The pipeline brought no run, so nothing was done.",
                "Check the filter in front of it.",
                MyInvocation.MyCommand.Name);
        }

        var services = Services(sink);
        var isWhatIf = await sink.AskAsync(() => IsWhatIf).ConfigureAwait(false);

        // Until the user has agreed nothing has been touched, and Ctrl+C ends everything at once.
        using var planning = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, sink.StopRequested);
        var turn = new LockTurn(services, LockWait, isWhatIf, deployId);
        await using var disposal = turn.ConfigureAwait(false);
        var plan = await PlanRunner.RunAsync(
            PlanAsync,
            "Resume",
            plan => services.Run(
                plan, sink.Notice, turn.GiveAsync, [.. (Gate ?? []).Select(script => new ScriptBlockGate(script, sink, SessionState))], Force),
            () => turn.TidyAsync(sink, planning.Token),
            sink,
            cancellationToken).ConfigureAwait(false);
        if (!plan.HasWork && plan.Hosts.All(host => host.IsDone || host.IsCurrent))
        {
            sink.Verbose($"Nothing is left of the run {deployId}: its {plan.Hosts.Count} host(s) are verified at {plan.Wanted}.");
        }

        async Task<ChangePlan> PlanAsync()
        {
            var made = await turn.PlanAsync(
                token => FindHostsAsync(services, token),
                (instances, token) => services.ResumePlanner.PlanAsync(
                    deployId, instances, services.Who, services.Origin, isWhatIf, token),
                planning.Token).ConfigureAwait(false);
            if (made is { WasGated: true, HasWork: true } && Gate is null)
            {
                sink.Warning(
                    $"The run {deployId} was begun with script blocks of its user, which no host can keep: it goes on without them. "
                    + "Give them again with -Gate to have the hosts judged.");
            }

            return made;
        }
    }
}
