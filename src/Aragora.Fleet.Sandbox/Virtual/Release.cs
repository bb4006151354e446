namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>One commit of the application's repository, the version that the index has of it, and how it behaves.</summary>
internal sealed record Release(
    string Commit, string Version, string Package, string Behaviour, string Committed, string Subject)
{
    public const string Good = "good";

    private const int MainCommits = 3;

    /// <summary>The commits of the live hosts' repository; its dates are fixed, so these never change.</summary>
    private static readonly Release[] s_all =
    [
        new(
            "1bd27e85d0f6989d1c55a6c48c925a0c67bdd664", "2.7.0", "2.7.0", Good, "2026-01-12T10:00:00+00:00",
            "Release 2.7.0: consensus memory"),
        new(
            "4f0ff0570084911e50e2329b3cfae09de2247596", "2.8.0", "2.8.0", Good, "2026-01-19T10:00:00+00:00",
            "Release 2.8.0: health probes"),
        new(
            "09f0f4686a36dced13526466e7bb755a12128b7b", "2.9.0", "2.9.0", Good, "2026-01-26T10:00:00+00:00",
            "Release 2.9.0: faster debates"),
        new(
            "fcb617d494c2ed6dbd6cb5b4255007f45f4bd5a3", "2.9.0", "2.9.2", "broken-import", "2026-02-02T10:00:00+00:00",
            "Rework the start of the server (broken-import)"),
        new(
            "21c54af5d2d7c933aacf873157a8208dece1dab4", "2.9.0", "2.9.1", "broken-crash", "2026-02-09T10:00:00+00:00",
            "Rework the start of the server (broken-crash)"),
        new(
            "50b676f540769edc463f3f1dffdf8d95d7f6b4ac", "2.9.0", "2.9.3", "never-ready", "2026-02-16T10:00:00+00:00",
            "Rework the start of the server (broken-never-ready)"),
        new(
            "ead3419b20ecde02e4d72b37679d2ff79c5c52af", "2.9.0", "2.9.4", "degraded", "2026-02-23T10:00:00+00:00",
            "Rework the start of the server (degraded)"),
    ];

    /// <summary>The refs of the origin, in the order in which git lists them.</summary>
    public static IReadOnlyList<(string Name, Release Release)> Refs { get; } =
    [
        ("refs/heads/broken-crash", s_all[4]),
        ("refs/heads/broken-import", s_all[3]),
        ("refs/heads/broken-never-ready", s_all[5]),
        ("refs/heads/degraded", s_all[6]),
        ("refs/heads/main", s_all[2]),
        ("refs/tags/v2.7.0", s_all[0]),
        ("refs/tags/v2.8.0", s_all[1]),
        ("refs/tags/v2.9.0", s_all[2]),
    ];

    /// <summary>All that the index has.</summary>
    public static IReadOnlyList<Release> Indexed => s_all;

    /// <summary>The release of a full commit id; null where the origin has none.</summary>
    public static Release? Find(string commit) => Array.Find(s_all, release => release.Commit == commit);

    /// <summary>The release of a version; null where the index has none.</summary>
    public static Release? FindPackage(string version) => Array.Find(s_all, release => release.Package == version);

    /// <summary>The release of a branch, a tag or the beginning of a commit id; null where there is none.</summary>
    public static Release? Resolve(string name) =>
        Refs.FirstOrDefault(known =>
            known.Name == name || known.Name[(known.Name.IndexOf('/', 5) + 1)..] == name).Release
        ?? Array.Find(s_all, release => name.Length >= 7 && release.Commit.StartsWith(name, StringComparison.Ordinal));

    /// <summary>The release and all before it, newest first: three on main, and a branch of one commit for each bad one.</summary>
    public IReadOnlyList<Release> History()
    {
        var index = Array.IndexOf(s_all, this);
        return index < MainCommits ? [.. s_all.Take(index + 1).Reverse()] : [this, .. s_all.Take(MainCommits).Reverse()];
    }

    /// <summary>The release of a tag that is known to exist.</summary>
    public static Release OfTag(string tag) => Resolve($"refs/tags/{tag}")!;
}
