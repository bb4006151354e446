namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>Answers what a plan asks of a host, as survey.sh and compare.sh do.</summary>
internal static class PlanModel
{
    private const int MaxSubjects = 3;
    private const int MaxCommits = 10;

    private static readonly (string Name, string Path)[] s_checks =
    [
        ("healthz", "/healthz"), ("readyz", "/readyz"), ("health", "/api/health"), ("dependencies", "/readyz/dependencies"),
    ];

    public static ScriptAnswer Survey(HostState state, ComposedScript script)
    {
        var block = new BlockWriter(script.Operation, state.Instance.Name);
        var unit = ReadModel.Unit(script);
        state.Report(block, unit);
        var known = unit == HostState.Unit ? state : null;
        block.Put("disk", known?.DiskId ?? "");
        block.Put("branch", known is { Mode: "git" } ? "main" : "");
        block.Put("dirty", known is null ? "" : "0");
        block.Put("running", known?.RunningId ?? "");
        block.Put("named", known is { Mode: "git", RunningId: { } named } ? named : "");
        block.Put("changes", "0");
        block.Put("steps", string.Join(' ', state.StepSeconds));
        block.Put("config", "0");
        block.Put("clash", "");
        block.Put("envfile", "");
        block.Put("owner", "");
        PutHealth(block, known);
        return new ScriptAnswer(0, block.ToString());
    }

    public static ScriptAnswer Compare(HostState state, ComposedScript script)
    {
        var block = new BlockWriter(script.Operation, state.Instance.Name);
        var unit = ReadModel.Unit(script);
        if (state.ModeOf(unit) is not "git" and var mode)
            return ScriptAnswer.Refused(block, $"the service is laid out as '{mode}'; only a git checkout has commits");
        block.Put("unit", unit);
        if (Release.Find(script["P_TARGET"]) is not { } target)
            return new ScriptAnswer(0, block.ToString());
        var froms = script["P_FROMS"].Split('\n').Take(MaxCommits).Select(Release.Find).ToList();
        var comes = froms.ConvertAll(from => from is null ? [] : target.History().Except(from.History()).ToList());
        var goes = froms.ConvertAll(from => from is null ? [] : from.History().Except(target.History()).ToList());
        for (var i = 0; i < froms.Count; i++)
        {
            if (froms[i] is { } from)
                block.Put($"from.{i}", $"{from.Commit} {comes[i].Count} {goes[i].Count} 0 0");
        }

        for (var i = 0; i < froms.Count; i++)
        {
            foreach (var (commit, n) in (comes[i].Count > 0 ? comes[i] : goes[i]).Take(MaxSubjects).Select((c, n) => (c, n)))
                block.Fit($"subject.{i}.{n}", $"{commit.Commit[..9]} {commit.Subject}", 90);
        }

        return new ScriptAnswer(0, block.ToString());
    }

    private static void PutHealth(BlockWriter block, HostState? state)
    {
        var answers = Array.ConvertAll(s_checks, check => state?.Ask(check.Path));
        for (var i = 0; i < s_checks.Length; i++)
            block.Put(s_checks[i].Name + ".code", answers[i] is { } answer ? $"{answer.Status}" : "000");
        for (var i = 0; i < s_checks.Length; i++)
        {
            var body = answers[i] is { } answer ? System.Text.Encoding.UTF8.GetString(answer.Body) : "";
            block.Fit(s_checks[i].Name + ".body", body, (BlockWriter.Capacity - block.Length) / (s_checks.Length - i));
        }
    }
}
