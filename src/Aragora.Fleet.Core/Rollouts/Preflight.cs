using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Health;
using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Rollouts;

/// <summary>Looks at every host before a run: what it runs, how it is, and whether it can be changed at all.</summary>
internal sealed class Preflight(HostOperationRunner runner, FleetSettings settings)
{
    /// <summary>One row for each instance, in the order given; the commit to bring is not filled in yet.</summary>
    public async Task<IReadOnlyList<PreflightRow>> LookAsync(
        IReadOnlyList<Instance> instances, CancellationToken cancellationToken)
    {
        var targets = instances.Select(HostTarget.From).ToList();
        var parameters = new Dictionary<string, string>
        {
            ["P_UNIT"] = settings.Unit, ["P_SECTIONS"] = "version health",
        };
        var rows = new Dictionary<string, PreflightRow>(StringComparer.Ordinal);
        var answers = runner.RunAsync(
            HostOperation.Probe, parameters, targets, "the preflight", OwnComment.For("preflight"), cancellationToken);
        await foreach (var answer in answers.ConfigureAwait(false))
        {
            rows[answer.Target.InstanceId] = Read(answer);
        }

        return [.. targets.Select(target => rows[target.InstanceId])];
    }

    private static PreflightRow Read(HostAnswer answer)
    {
        var target = answer.Target;
        if (answer.Block is not { } block)
        {
            return new PreflightRow(new HostPlan { Target = target, Obstacle = answer.Failure }, null, null);
        }

        var endpoints = EndpointReader.Read(block);
        var disk = block.Text("disk");
        var running = block.Text("running");
        var plan = new HostPlan
        {
            Target = target,
            From = running ?? disk,
            Verdict = HealthJudge.Judge(block, endpoints, doubt: null).Verdict,
            Note = Note(block),
            Obstacle = block.Text("mode") == "git" ? null : Unsupported(target, block),
        };
        return new PreflightRow(plan, disk, block.Text("previous"));
    }

    private static string? Note(ResultBlock block)
    {
        List<string> notes = [];
        if (block.Number("dirty") is > 0 and var dirty)
        {
            notes.Add($"{dirty} file(s) changed locally, to be stashed");
        }

        if (block.Text("branch") == "detached")
        {
            notes.Add("detached HEAD");
        }

        if (block.Text("running") is { } running && block.Text("disk") is { } disk && running != disk)
        {
            notes.Add($"{CommitId.Abbreviate(disk)} lies on disk");
        }

        return notes.Count > 0 ? string.Join("; ", notes) : null;
    }

    private static FleetException Unsupported(HostTarget target, ResultBlock block) => new(
        FailureKind.LayoutUnsupported,
        $"The service on {target} does not run from a Git checkout (layout: {block.Text("mode") ?? "not recognised"}).",
        "Leave this host out.",
        target);
}

/// <summary>What the preflight saw on one host.</summary>
/// <param name="Plan">The beginning of the host's plan.</param>
/// <param name="Disk">The commit on disk.</param>
/// <param name="Previous">The host's own rollback point.</param>
internal sealed record PreflightRow(HostPlan Plan, string? Disk, string? Previous);
