using System.Management.Automation;
using Aragora.Fleet.Drift;
using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Finds the hosts that differ in release or configuration, layer by layer.</summary>
[Cmdlet(VerbsDiagnostic.Test, "AragoraDrift", DefaultParameterSetName = MajoritySet)]
[OutputType(typeof(DriftFinding), typeof(bool))]
public sealed class TestAragoraDriftCommand : HostCmdlet
{
    private const string MajoritySet = "Majority";
    private const string RefSet = "Ref";
    private const string CommitSet = "Commit";
    private const string PackageSet = "Package";
    private const string HostSet = "Host";

    private DriftQuestion _question = new();

    /// <summary>The branch or tag that hosts with a checkout should be at; resolved once, for all hosts.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RefSet)]
    [ArgumentCompleter(typeof(RefCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Ref { get; set; }

    /// <summary>The commit that they should be at, 7 to 40 hexadecimal digits in any case.</summary>
    [Parameter(Mandatory = true, ParameterSetName = CommitSet)]
    [ValidateNotNullOrEmpty]
    public string? CommitSha { get; set; }

    /// <summary>The version that package hosts should be at, such as 2.9.0.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PackageSet)]
    [ValidateNotNullOrEmpty]
    public string? PackageVersion { get; set; }

    /// <summary>A host that the others should be like, by its id or its name.</summary>
    [Parameter(Mandatory = true, ParameterSetName = HostSet)]
    [ArgumentCompleter(typeof(InstanceNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? ReferenceInstance { get; set; }

    /// <summary>The layers to look at; all where it is left out.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public DriftKind[]? Kind { get; set; }

    /// <summary>Gives one bool for all: true where every host answered and none differs.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override string Activity => "Looking for drift";

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        base.OnBegin();
        _question = new DriftQuestion
        {
            Kinds = Kind is null ? DriftQuestion.AllKinds : [.. Kind.Distinct().Order()],
            Ref = CommitSha is not null ? GitRef.CheckCommit(CommitSha) : Ref is not null ? GitRef.Check(Ref) : null,
            PackageVersion = PackageVersion is null ? null : Rollouts.PackageVersion.Check(PackageVersion),
        };
    }

    private protected override async Task RunAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        var services = Services(sink);
        var resolved = await ResolveAsync(services, cancellationToken).ConfigureAwait(false);
        if (resolved.Length == 0)
        {
            throw NoMatch();
        }

        var question = _question with { Host = await FindReferenceAsync(services, cancellationToken).ConfigureAwait(false) };
        var targets = resolved.Where(r => r.Failure is null).Select(r => r.Target!).ToList();
        var report = await services.Drift.TestAsync(targets, question, cancellationToken).ConfigureAwait(false);
        if (Quiet)
        {
            await sink.EmitAsync(report.Findings.Count == 0 && targets.Count == resolved.Length).ConfigureAwait(false);
        }

        foreach (var note in report.Notes)
        {
            sink.Warning(note);
        }

        foreach (var (target, _, failure) in resolved.Where(host => host.Failure is not null))
        {
            await EmitAsync(
                sink, target is null ? null : DriftService.Unanswered(target, failure!, question.Kinds), failure).ConfigureAwait(false);
        }

        foreach (var (finding, failure) in report.Findings)
        {
            await EmitAsync(sink, finding, failure).ConfigureAwait(false);
        }
    }

    private async Task EmitAsync(PipelineSink sink, DriftFinding? finding, FleetException? failure)
    {
        if (finding is not null && !Quiet)
        {
            await sink.EmitAsync(finding).ConfigureAwait(false);
        }

        if (failure is not null)
        {
            await sink.FailAsync(failure).ConfigureAwait(false);
        }
    }

    private async Task<HostTarget?> FindReferenceAsync(FleetServices services, CancellationToken cancellationToken)
    {
        if (ReferenceInstance is not { } text)
        {
            return null;
        }

        var selection = new HostSelection();
        var isId = text.StartsWith("i-", StringComparison.Ordinal);
        selection.Add(isId ? [text] : null, isId ? null : [text], Region, Selection.Environment);
        var found = await ResolveAsync(services, selection, cancellationToken).ConfigureAwait(false);
        return found switch
        {
            [{ Failure: { } failure }] => throw failure,
            [{ Target: { } target }] => target,
            _ => throw new FleetException(
                FailureKind.TargetAmbiguous,
                $"'{text}' names {found.Length} hosts, and the others can be like one only.",
                "Give the id or the whole name of one host.",
                text),
        };
    }
}
