using Aragora.Fleet.Sandbox.App;
using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.Instances;

namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>What a virtual host holds and runs. Its changes are made by one step at a time.</summary>
internal sealed class HostState(SimulatedInstance instance)
{
    /// <summary>The one service there is.</summary>
    public const string Unit = "aragora";

    private const int FirstProcess = 286;
    private const int ProcessesOfARestart = 432;

    private const int StepsKept = 5;

    private readonly List<int> _stepSeconds = [];

    public SimulatedInstance Instance { get; } = instance;

    public string Directory => Instance.Layout.AppDirectory;

    /// <summary>What the service runs from, as layout.sh calls it.</summary>
    public string Mode => Instance.Layout.IsPackage ? "package" : "git";

    /// <summary>What a unit runs from.</summary>
    public string ModeOf(string unit) => unit == Unit ? Mode : "none";

    /// <summary>What lies on disk.</summary>
    public Release Disk { get; set; } = Release.OfTag(instance.Release);

    /// <summary>What the process loaded; null where the service crashes.</summary>
    public Release? Running { get; private set; } = Release.OfTag(instance.Release);

    /// <summary>What the host calls the release on its disk.</summary>
    public string DiskId => IdOf(Disk);

    /// <summary>What the host calls the release that the process loaded; null where the service crashes.</summary>
    public string? RunningId => Running is null ? null : IdOf(Running);

    /// <summary>The releases whose wheels a package host has: those between which the last run moved it.</summary>
    public IReadOnlyList<string> Wheels { get; set; } = [];

    public int ProcessId { get; private set; } = FirstProcess;

    /// <summary>What was changed here.</summary>
    public Ledger Ledger { get; } = new();

    /// <summary>The steps that came here.</summary>
    public StepList Steps { get; } = new();

    /// <summary>What the runs that took the host shall find again, by the id of the run.</summary>
    public RunRecords Records { get; } = new();

    /// <summary>The highest token of the fleet lock that came here, and who brought it.</summary>
    public Fence Fence { get; } = new();

    /// <summary>The host's own lock.</summary>
    public HostLock Lock { get; } = new();

    /// <summary>How many seconds the last good steps took, newest first.</summary>
    public IReadOnlyList<int> StepSeconds
    {
        get
        {
            lock (_stepSeconds)
                return [.. _stepSeconds];
        }
    }

    /// <summary>Keeps how long a good step took.</summary>
    public void Took(TimeSpan time)
    {
        lock (_stepSeconds)
        {
            _stepSeconds.Insert(0, (int)time.TotalSeconds);
            if (_stepSeconds.Count > StepsKept)
                _stepSeconds.RemoveAt(StepsKept);
        }
    }

    /// <summary>The service loads what lies on disk.</summary>
    public void Restart()
    {
        Running = Disk.Behaviour == "broken-crash" ? null : Disk;
        ProcessId += ProcessesOfARestart;
    }

    /// <summary>The machine starts anew: the service loads what lies on disk.</summary>
    public void Reboot() => Restart();

    /// <summary>
    /// The release to come back to, as plan.sh finds it; and where the host is not as the plan expects, what is wrong.
    /// </summary>
    public (string From, string? Moved) Expect(ComposedScript script, string target)
    {
        var running = RunningId;
        var expected = script.LineOf("P_EXPECT", Instance.Id);
        var from = expected.Length > 0 ? expected : running ?? DiskId;
        var isKnown = from == running || from == DiskId
            || ((target == running || target == DiskId) && Records.WasMoved(script["P_DEPLOY"]));
        return (from, isKnown
            ? null
            : $"the plan saw {from}, but the host now runs {running ?? "nothing"} with {DiskId} on disk");
    }

    /// <summary>The release that the host calls so; null where neither origin nor index has it.</summary>
    public Release? Find(string id) => Instance.Layout.IsPackage ? Release.FindPackage(id) : Release.Find(id);

    /// <summary>Whether the host itself holds a release.</summary>
    public bool Holds(string id) => Instance.Layout.IsPackage ? Wheels.Contains(id) : Find(id) is not null;

    /// <summary>What the service answers on the host; null where nothing listens.</summary>
    public HttpResponse? Ask(string path) => Running is not { } running ? null : new AppEndpoints(
        new AppOptions
        {
            Host = System.Net.IPAddress.Loopback,
            HttpPort = 8080,
            BuildSha = Instance.Layout.IsPackage ? "unknown" : running.Commit,
            BuildTime = running.Committed,
            Version = Instance.Layout.IsPackage ? running.Package : running.Version,
            Behaviour = running.Behaviour,
            TokenHash = "",
        },
        startup: TimeSpan.Zero).Answer(new HttpRequest("GET", path, "", new Dictionary<string, string>(), []));

    /// <summary>The lines that every script begins its report of the service with.</summary>
    public void Report(BlockWriter block, string unit)
    {
        var isKnown = unit == Unit;
        var (active, sub, pid) = !isKnown ? ("inactive", "dead", 0)
            : Running is null ? ("activating", "auto-restart", 0) : ("active", "running", ProcessId);
        block.Put("unit", unit);
        block.Put("mode", ModeOf(unit));
        block.Put("dir", isKnown ? Directory : "", 160);
        block.Put("venv", isKnown ? Directory + "/venv" : "", 160);
        block.Put("user", isKnown ? Instance.Layout.User : "root");
        block.Put("port", "8080");
        block.Put("load", isKnown ? "loaded" : "not-found");
        block.Put("active", active);
        block.Put("sub", sub);
        block.Put("pid", $"{pid}");
        block.Put("restarts", "0");
    }

    private string IdOf(Release release) => Instance.Layout.IsPackage ? release.Package : release.Commit;
}
