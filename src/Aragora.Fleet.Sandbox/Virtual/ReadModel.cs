using System.Globalization;

namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>Answers the operations that change nothing, as probe.sh, ref.sh and package.sh do.</summary>
internal static class ReadModel
{
    /// <summary>The checks of a probe, and whether the block has their bodies.</summary>
    private static readonly (string Name, string Path, bool HasBody)[] s_checks =
    [
        ("healthz", "/healthz", true),
        ("readyz", "/readyz", true),
        ("health", "/api/health", true),
        ("dependencies", "/readyz/dependencies", true),
        ("build", "/api/health/build", true),
        ("openapi", "/api/openapi.json", false),
        ("auth", "/api/auth/status", false),
    ];

    public static ScriptAnswer Probe(HostState state, ComposedScript script, TimeSpan hostTime)
    {
        var block = new BlockWriter(script.Operation, state.Instance.Name);
        var unit = Unit(script);
        state.Report(block, unit);
        var sections = script["P_SECTIONS"].Split(' ');
        var isKnown = unit == HostState.Unit;
        // A virtual host has no programs, so none that could read a secret.
        if (script["P_SECRET"].Length > 0)
            block.Put("token", "noprogram");
        if (sections.Contains("version"))
            PutVersion(block, isKnown ? state : null);
        if (sections.Contains("health"))
            PutHealth(block, isKnown ? state : null, hostTime);
        return new ScriptAnswer(0, block.ToString());
    }

    public static ScriptAnswer Ref(HostState state, ComposedScript script)
    {
        var block = new BlockWriter(script.Operation, state.Instance.Name);
        var unit = Unit(script);
        var mode = state.ModeOf(unit);
        if (mode != "git")
            return ScriptAnswer.Refused(block, $"the service is laid out as '{mode}'; only a git checkout has refs");
        block.Put("unit", unit);
        block.Put("mode", mode);
        if (script["P_LIST"] == "1")
        {
            foreach (var ((name, release), index) in Release.Refs.Select((known, index) => (known, index)))
                block.Put($"ref.{index}", $"{name.Replace("refs/heads/", "").Replace("refs/tags/", "")} {release.Commit}");
        }
        else if (Release.Resolve(script["P_REF"]) is { } release)
        {
            block.Put("sha", release.Commit);
        }
        else
        {
            block.Put("outcome", "notfound");
        }

        return new ScriptAnswer(0, block.ToString());
    }

    public static ScriptAnswer Package(HostState state, ComposedScript script)
    {
        var block = new BlockWriter(script.Operation, state.Instance.Name);
        var unit = Unit(script);
        var mode = state.ModeOf(unit);
        if (mode != "package")
            return ScriptAnswer.Refused(block, $"the service is laid out as '{mode}'; only a package has versions");
        block.Put("unit", unit);
        block.Put("mode", mode);
        if (Release.FindPackage(script["P_VERSION"]) is { } release)
            block.Put("version", release.Package);
        else
            block.Put("outcome", "notfound");
        return new ScriptAnswer(0, block.ToString());
    }

    /// <summary>The unit that a script is about, without its suffix.</summary>
    public static string Unit(ComposedScript script)
    {
        var unit = script["P_UNIT"];
        return unit.EndsWith(".service", StringComparison.Ordinal) ? unit[..^".service".Length] : unit;
    }

    private static void PutVersion(BlockWriter block, HostState? state)
    {
        var checkout = state is { Mode: "git" } ? state : null;
        block.Put("disk", state?.DiskId ?? "");
        block.Put("branch", checkout is null ? "" : "main");
        block.Put("committed", checkout?.Disk.Committed ?? "");
        block.Put("package", checkout?.Disk.Version ?? state?.Disk.Package ?? "");
        block.Put("dirty", state is null ? "" : "0");
        block.Put("running", state?.RunningId ?? "");
        block.Put("named", checkout?.RunningId ?? "");
    }

    private static void PutHealth(BlockWriter block, HostState? state, TimeSpan hostTime)
    {
        var answers = s_checks.ToDictionary(check => check.Name, check => state?.Ask(check.Path));
        // A request is a small part of what the script takes.
        var latency = ((int)(hostTime.TotalMilliseconds / 50)).ToString(CultureInfo.InvariantCulture);
        foreach (var (name, _, _) in s_checks)
        {
            block.Put(name + ".code", answers[name] is { } answer ? $"{answer.Status}" : "000");
            block.Put(name + ".ms", latency);
        }

        var bodies = s_checks.Where(check => check.HasBody).ToList();
        foreach (var ((name, _, _), index) in bodies.Select((check, index) => (check, index)))
        {
            var body = answers[name] is { } answer ? System.Text.Encoding.UTF8.GetString(answer.Body) : "";
            block.Fit(name + ".body", body, (BlockWriter.Capacity - block.Length) / (bodies.Count - index));
        }
    }
}
