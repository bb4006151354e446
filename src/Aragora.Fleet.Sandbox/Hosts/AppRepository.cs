using System.Globalization;
using System.Text;

namespace Aragora.Fleet.Sandbox.Hosts;

/// <summary>
/// The application's repository: three good releases on main, and a branch for each way in which a release can be bad.
/// How a release behaves stands in its own files. Dates are fixed, so that the commits are the same every time.
/// </summary>
/// <param name="application">
/// Further files of each release, by path, for hosts that run more than live ones; @VERSION@ and @BEHAVIOUR@ are filled in.
/// </param>
internal sealed class AppRepository(IReadOnlyDictionary<string, string> application)
{
    /// <summary>Where it is among the origins.</summary>
    public const string Place = "/git/aragora.git";

    private const string Good = "good";

    private static readonly DateTimeOffset s_firstCommit = new(2026, 1, 12, 10, 0, 0, TimeSpan.Zero);

    private static readonly (string Version, string Subject)[] s_releases =
    [
        ("2.7.0", "Release 2.7.0: consensus memory"),
        ("2.8.0", "Release 2.8.0: health probes"),
        ("2.9.0", "Release 2.9.0: faster debates"),
    ];

    private static readonly (string Branch, string Behaviour)[] s_badBranches =
    [
        ("broken-import", "broken-import"),
        ("broken-crash", "broken-crash"),
        ("broken-never-ready", "never-ready"),
        ("degraded", "degraded"),
    ];

    private readonly StringBuilder _stream = new();
    private int _commits;

    /// <summary>Makes the bare repository, and gives the commit of each tag.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> CreateAsync(
        string path, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? application = null)
    {
        await GitAsync(["init", "-q", "--bare", "--initial-branch=main", path], "", cancellationToken);
        await GitAsync(
            ["-C", path, "fast-import", "--quiet"],
            new AppRepository(application ?? new Dictionary<string, string>()).Write(),
            cancellationToken);
        var tags = await GitAsync(
            ["-C", path, "for-each-ref", "--format=%(refname:short) %(objectname)", "refs/tags"], "",
            cancellationToken);
        return tags
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .ToDictionary(words => words[0], words => words[1]);
    }

    private string Write()
    {
        foreach (var (version, subject) in s_releases)
        {
            AddCommit("main", subject, from: null);
            AddFiles(version, Good);
            _stream.Append($"reset refs/tags/v{version}\nfrom refs/heads/main\n\n");
        }

        foreach (var (branch, behaviour) in s_badBranches)
        {
            AddCommit(branch, $"Rework the start of the server ({branch})", from: "refs/heads/main");
            AddFiles(s_releases[^1].Version, behaviour);
        }

        return _stream.Append("done\n").ToString();
    }

    private void AddCommit(string branch, string subject, string? from)
    {
        var time = s_firstCommit.AddDays(7 * _commits++).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        _stream
            .Append($"commit refs/heads/{branch}\n")
            .Append($"author Aragora <dev@aragora.example> {time} +0000\n")
            .Append($"committer Aragora <dev@aragora.example> {time} +0000\n")
            .Append($"data {subject.Length}\n{subject}\n");
        if (from is not null)
            _stream.Append($"from {from}\n");
        _stream.Append("deleteall\n");
    }

    private void AddFiles(string version, string behaviour)
    {
        AddFile(".gitignore", "venv/\n.venv/\n.env*\n.nomic/\n*.db\n__pycache__/\n*.egg-info/\n");
        foreach (var (path, text) in AppModules.Of(version, behaviour))
            AddFile(path, text);
        AddFile("pyproject.toml", $"[project]\nname = \"aragora\"\nversion = \"{version}\"\n");
        AddFile("requirements.txt", "aiohttp>=3.9\npydantic>=2.6\n");
        AddFile("scripts/seed_agents.py", "print(\"Seeded 12 agents\")\n");
        AddFile("scripts/validate_production.py", "print(\"Passed: 9, warnings: 0, failed: 0\")\n");
        AddFile("deploy/systemd/aragora.service.d/secrets.conf",
            "[Service]\nEnvironment=ARAGORA_USE_SECRETS_MANAGER=true\n");
        foreach (var (path, text) in application)
            AddFile(path, text.Replace("@VERSION@", version).Replace("@BEHAVIOUR@", behaviour));
        _stream.Append('\n');
    }

    private void AddFile(string path, string text) =>
        _stream.Append($"M 100644 inline {path}\ndata {text.Length}\n{text}\n");

    private static async Task<string> GitAsync(string[] arguments, string input, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await Tool.RunAsync("git", arguments, input, cancellationToken);
        return exitCode == 0
            ? output
            : throw new SandboxException(
                $"git {string.Join(' ', arguments)} failed: {output.Trim()}", "Try the command by hand.");
    }
}
