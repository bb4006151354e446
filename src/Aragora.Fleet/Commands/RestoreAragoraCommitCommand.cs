using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Takes hosts back: to what they ran before, to a release, to before a run, to a time; and verifies each.</summary>
[Cmdlet(VerbsData.Restore, "AragoraCommit", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = PreviousSet)]
[OutputType(typeof(DeployResult))]
public sealed class RestoreAragoraCommitCommand : RolloutCmdlet
{
    private const string PreviousSet = "Previous";
    private const string LastGoodSet = "LastGood";
    private const string CommitSet = "Commit";
    private const string DeploySet = "Deploy";
    private const string BeforeSet = "Before";

    private readonly Dictionary<string, string> _releases = new(StringComparer.Ordinal);

    /// <summary>The release that came last to each host and stayed there, verified.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LastGoodSet)]
    public SwitchParameter LastGood { get; set; }

    /// <summary>
    /// A commit, 7 to 40 hexadecimal digits in any case; through the pipeline one for each host, of a package host its version.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = CommitSet, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? CommitSha { get; set; }

    /// <summary>A version for package hosts, such as 2.8.0; with -CommitSha for a fleet of both.</summary>
    [Parameter(ParameterSetName = PreviousSet)]
    [Parameter(ParameterSetName = CommitSet)]
    [ValidateNotNullOrEmpty]
    public string? PackageVersion { get; set; }

    /// <summary>A run: each host that it touched goes back to what the run found there.</summary>
    [Parameter(Mandatory = true, ParameterSetName = DeploySet)]
    [ArgumentCompleter(typeof(DeployIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string? DeployId { get; set; }

    /// <summary>A time: each host goes back to what it ran then.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BeforeSet)]
    public DateTimeOffset Before { get; set; }

    private protected override string Activity => "Restoring";

    private protected override string ActionName => "Restore";

    private protected override WaveList DefaultWaves => WaveList.ForRestore;

    // The run itself may have died just now, and its lock looks alive until its time is over.
    private protected override TimeSpan DefaultLockWait => DeployId is null ? TimeSpan.Zero : TimeSpan.FromMinutes(2);

    private protected override string? EarlierRun => DeployId;

    private protected override bool FindsHostsItself => DeployId is not null;

    private RestoreAim Aim => this switch
    {
        { LastGood.IsPresent: true } => RestoreAim.LastGood,
        { DeployId: { } run } => RestoreAim.Run(run),
        { ParameterSetName: BeforeSet } => RestoreAim.At(Before),
        { _releases.Count: > 0 } => RestoreAim.ReleaseOf(_releases, Version),
        { CommitSha: null, PackageVersion: null } => RestoreAim.Previous,
        _ => RestoreAim.Release(
            CommitSha is null ? null : GitRef.CheckCommit(CommitSha),
            Version),
    };

    private string? Version => PackageVersion is null ? null : Rollouts.PackageVersion.Check(PackageVersion);

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        base.OnBegin();
        _ = CommitSha is null ? null : Release(CommitSha);
        _ = Version;
    }

    // A host and a commit of the same record belong together.
    private protected override void TakeRecord()
    {
        if (CommitSha is null || InstanceId is null)
        {
            return;
        }

        var release = Release(CommitSha);
        foreach (var id in InstanceId)
        {
            if (_releases.TryGetValue(id, out var other) && other != release)
            {
                throw new FleetException(
                    FailureKind.TargetAmbiguous,
                    $"{id} came with two releases to go back to: {other} and {release}.",
                    "Choose one for each host, such as with Where-Object IsPrevious.",
                    id);
            }

            _releases[id] = release;
        }
    }

    private static string Release(string text) =>
        Rollouts.PackageVersion.IsNormal(text) && !CommitId.IsCommitLike(text) ? text : GitRef.CheckCommit(text);

    private protected override Task<ChangePlan> PlanAsync(
        FleetServices services, IReadOnlyList<Instance> instances, CancellationToken cancellationToken) =>
        services.RestorePlanner.PlanAsync(
            new RestoreRequest
            {
                Instances = instances,
                Aim = Aim,
                Waves = Waves,
                Gates = Gates,
                Reason = LedgerReason,
                Who = services.Who,
                Origin = services.Origin,
                IsPreview = IsPreview,
            },
            cancellationToken);
}
