using System.Globalization;

namespace Aragora.Fleet.HostScripts;

/// <summary>
/// A host in a folder: real git origin and checkout, real HTTP service, stand-ins for what would touch the machine.
/// </summary>
internal sealed class FakeHost : IDisposable
{
    public const string InstanceId = "i-0123456789abcdef0";

    private static readonly string[] s_standIns = ["systemctl", "systemd-run", "runuser", "journalctl", "chown", "aws"];

    private readonly FakeService _service;

    private string _searchPath = Environment.GetEnvironmentVariable("PATH") ?? "";

    public FakeHost()
    {
        Folder = Directory.CreateTempSubdirectory("fleet-host-").FullName;
        foreach (var name in new[] { "bin", "fates", "units", "home", "scripts", "proxy", "units.d/aragora.service.d" })
            Directory.CreateDirectory(At(name));
        foreach (var name in s_standIns)
            Install(name, At("bin", name));

        First = CreateOrigin();
        Git(Folder, "clone", "-q", At("origin.git"), At("app"));
        Directory.CreateDirectory(At("app", "venv", "bin"));
        Install("python", At("app", "venv", "bin", "python"));
        _service = new FakeService(Folder);
        Say("user", Environment.UserName);
        Say("port", _service.Port.ToString(CultureInfo.InvariantCulture));
        Say("pid", "100");
        Say("restarts", "0");
        Say("active", "active");
        Say("sub", "running");
        Say("running", First);
        Say("build", First);
        Say("units.d/aragora.service.d/secrets.conf", $"""
            [Service]
            Environment=SECRET_TOKEN=hunter2
            Environment=ARAGORA_BUILD_SHA={First}
            Environment=ARAGORA_BUILD_TIME=2026-01-01T00:00:00Z
            """);
    }

    public string Folder { get; }

    /// <summary>The commit that is checked out and runs when the host is made.</summary>
    public string First { get; }

    public string Head => Git(At("app"), "rev-parse", "HEAD");

    public string Branch => Git(At("app"), "rev-parse", "--abbrev-ref", "HEAD");

    public IReadOnlyList<string> Calls => Lines("calls");

    public IReadOnlyList<string> Ledger => Lines("state/ledger");

    public string StateFile => At("deploy_state");

    /// <summary>The port of nginx; the script's own where there is none.</summary>
    public int ProxyPort { get; set; }

    /// <summary>A command that everything runs under, such as one that gives it file systems of its own.</summary>
    public string[] Wrapper { get; set; } = [];

    public string At(params string[] parts) => Path.Combine([Folder, .. parts]);

    public void Say(string name, string text) => File.WriteAllText(At(name), text + "\n");

    /// <summary>Adds a commit at the origin; its fate is what becomes of a service that runs it.</summary>
    public string Commit(string fate = "")
    {
        File.AppendAllText(At("work", "file"), "line\n");
        Git(At("work"), "commit", "-q", "-a", "-m", "next");
        Git(At("work"), "push", "-q", "origin", "main");
        var commit = Git(At("work"), "rev-parse", "HEAD");
        Say($"fates/{commit}", fate);
        return commit;
    }

    /// <summary>Lets systemd be 219, as on Amazon Linux 2.</summary>
    public void Age()
    {
        foreach (var name in new[] { "systemd-run", "systemctl", "journalctl" })
        {
            File.Move(At("bin", name), At("bin", $"{name}.newer"));
            Install("systemd-219", At("bin", name));
        }
    }

    /// <summary>Starts scripts as the agent does, by `sh -c`, where sh is this shell.</summary>
    public void StartAs(string shell)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, shell)).First(File.Exists);
        File.CreateSymbolicLink(At("bin", "sh"), path);
        Wrapper = [At("bin", "sh"), "-c"];
    }

    /// <summary>Takes programs away: the host then has all that this machine has, but not these.</summary>
    public void Lose(params string[] programs)
    {
        var own = Directory.CreateDirectory(At("programs")).FullName;
        foreach (var file in _searchPath.Split(':').Where(Directory.Exists).SelectMany(Directory.EnumerateFiles))
        {
            var link = Path.Combine(own, Path.GetFileName(file));
            if (!programs.Contains(Path.GetFileName(file)) && !File.Exists(link))
                File.CreateSymbolicLink(link, file);
        }

        foreach (var program in programs)
            File.Delete(At("bin", program));
        _searchPath = own;
    }

    /// <summary>Moves checkout and service past the scripts, as a pasted command would.</summary>
    public void MoveBehindTheScripts(string commit)
    {
        Git(At("app"), "fetch", "-q", "origin");
        Git(At("app"), "checkout", "-q", "-B", "main", commit);
        Say("running", commit);
        Say("build", commit);
    }

    public ShellAnswer Deploy(
        string target,
        string step = "step-1",
        string expect = "",
        int ready = 1,
        int settle = 0,
        bool revert = true,
        int token = 0) =>
        Run(HostOperation.Deploy, new()
        {
            ["P_STEP"] = step,
            ["P_TOKEN"] = token.ToString(CultureInfo.InvariantCulture),
            ["P_TARGET"] = target,
            ["P_EXPECT"] = expect,
            ["P_READY_SECONDS"] = ready.ToString(CultureInfo.InvariantCulture),
            ["P_SETTLE_SECONDS"] = settle.ToString(CultureInfo.InvariantCulture),
            ["P_REVERT"] = revert ? "1" : "0",
        });

    /// <summary>Goes back, by default to what the host says ran before.</summary>
    public ShellAnswer Rollback(string? targets = null, string step = "back-1") => Run(HostOperation.Rollback, new()
    {
        ["P_STEP"] = step,
        ["P_TARGETS"] = targets ?? $"{InstanceId} {History(points: 0).Block.Text("previous")}",
    });

    public ShellAnswer History(string deploy = "", string before = "", int points = 5, int runs = 5, int wait = 0, string named = "") =>
        Run(HostOperation.History, new()
        {
            ["P_NAMED"] = named,
            ["P_DEPLOY"] = deploy,
            ["P_BEFORE"] = before,
            ["P_POINTS"] = $"{points}",
            ["P_RUNS"] = $"{runs}",
            ["P_WAIT"] = $"{wait}",
        });

    /// <summary>Runs lines of another tool's, as Run Command would.</summary>
    public ShellAnswer RunText(string text)
    {
        var file = At("scripts", Guid.NewGuid().ToString("N"));
        File.WriteAllText(file, text);
        return HostShell.Run("bash", [file], AgentEnvironment());
    }

    /// <summary>Takes the host for a run; other parameters than the usual ones are given by name.</summary>
    public ShellAnswer Claim(params (string Name, string Value)[] others)
    {
        var parameters = new Dictionary<string, string>
        {
            ["P_EXPECT"] = $"{InstanceId} {First}",
            ["P_TARGETS"] = $"i-other {new string('a', 40)}\n{InstanceId} {new string('b', 40)}",
            ["P_WAVES"] = $"i-other 1\n{InstanceId} 2",
            ["P_RECORD"] = "kind Deploy\nwanted v2.9.0\nattempt 1",
            ["P_NEED_MB"] = "1",
        };
        foreach (var (name, value) in others)
            parameters[name] = value;
        return Run(HostOperation.Claim, parameters);
    }

    /// <summary>Lets the host write down that a run was accepted.</summary>
    public ShellAnswer Accept(string deploy = "deploy-7", int token = 0) => Run(HostOperation.Accept, new()
    {
        ["P_DEPLOY"] = deploy,
        ["P_TOKEN"] = token.ToString(CultureInfo.InvariantCulture),
    });

    public ShellAnswer Probe(string sections = "version health") =>
        Run(HostOperation.Probe, new() { ["P_SECTIONS"] = sections });

    /// <summary>Runs an operation as Run Command would: a file, no arguments, hardly any environment.</summary>
    public ShellAnswer Run(HostOperation operation, Dictionary<string, string> parameters)
    {
        foreach (var (name, value) in Defaults().Where(pair => Takes(operation, pair.Key)))
            parameters.TryAdd(name, value);
        var file = At("scripts", Guid.NewGuid().ToString("N"));
        File.WriteAllText(file, ScriptComposer.Compose(operation, parameters));
        MakeExecutable(file);
        return Wrapper is [var program, .. var arguments]
            ? HostShell.Run(program, [.. arguments, file], AgentEnvironment())
            : HostShell.Run("bash", [file], AgentEnvironment());
    }

    public string Git(string folder, params string[] arguments)
    {
        var answer = HostShell.Run(
            "git", ["-c", "user.name=t", "-c", "user.email=t@t", .. arguments], AgentEnvironment(), folder);
        return answer.ExitCode == 0
            ? answer.Output.TrimEnd('\n')
            : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {answer.Error}");
    }

    public void Dispose()
    {
        _service.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static bool Takes(HostOperation operation, string name) =>
        operation.RequiredParameters.Contains(name) || operation.OptionalParameters.Contains(name);

    private static Dictionary<string, string> Defaults() => new()
    {
        ["P_TOKEN"] = "0",
        ["P_UNIT"] = "aragora",
        ["P_BRANCH"] = "main",
        ["P_DEPLOY"] = "deploy-7",
        ["P_READY_SECONDS"] = "1",
        ["P_SETTLE_SECONDS"] = "0",
        ["P_WHO"] = "an\tadmin",
        ["P_REASON"] = "a\nreason",
    };

    private static void Install(string name, string path)
    {
        File.Copy(Path.Combine(RepositoryFolder.StandIns, $"{name}.sh"), path);
        MakeExecutable(path);
    }

    private static void MakeExecutable(string path)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private string CreateOrigin()
    {
        Git(Folder, "init", "-q", "--bare", "-b", "main", At("origin.git"));
        Git(Folder, "clone", "-q", At("origin.git"), At("work"));
        Git(At("work"), "checkout", "-q", "-B", "main");
        File.WriteAllText(At("work", "file"), "line\n");
        File.WriteAllText(At("work", ".gitignore"), "venv/\n");
        Git(At("work"), "add", ".");
        Git(At("work"), "commit", "-q", "-m", "first");
        Git(At("work"), "push", "-q", "origin", "main");
        return Git(At("work"), "rev-parse", "HEAD");
    }

    private Dictionary<string, string> AgentEnvironment() => new()
    {
        ["PATH"] = $"{At("bin")}:{_searchPath}",
        ["LANG"] = "C.UTF-8",
        ["GIT_CONFIG_GLOBAL"] = "/dev/null",
        ["FAKE"] = Folder,
        ["AWS_SSM_INSTANCE_ID"] = InstanceId,
        ["AWS_SSM_REGION_NAME"] = "us-east-2",
        ["ARAGORA_FLEET_AGENT_DIR"] = At("agent"),
        ["ARAGORA_FLEET_CACHE_DIR"] = At("cache"),
        ["ARAGORA_FLEET_STATE_DIR"] = At("state"),
        ["ARAGORA_FLEET_TMP_STATE"] = StateFile,
        ["ARAGORA_FLEET_UNIT_DIR"] = At("units.d"),
        ["ARAGORA_FLEET_NGINX_DIR"] = At("nginx"),
        ["ARAGORA_FLEET_PROXY_PORT"] = ProxyPort > 0 ? $"{ProxyPort}" : "1",
    };

    private string[] Lines(string name) => File.Exists(At(name)) ? File.ReadAllLines(At(name)) : [];
}
