namespace Aragora.Fleet.HostScripts;

/// <summary>One operation that runs on a host: a script of <c>ops</c>, its libraries and its parameters.</summary>
public sealed class HostOperation
{
    private static readonly string[] s_host = ["result", "state", "unit", "layout"];
    private static readonly string[] s_asked = [.. s_host, "ask"];
    private static readonly string[] s_reads = [.. s_asked, "git", "package", "source", "health"];
    private static readonly string[] s_step =
        ["source", "health", "ledger", "lock", "fence", "plan", "facts", "step", "repair", "proxy", "release"];

    private static readonly string[] s_checkout = [.. s_host, "git", .. s_step, "build", "checkout"];
    private static readonly string[] s_package = [.. s_host, "package", .. s_step, "install"];

    private static readonly string[] s_runParameters = ["P_UNIT", "P_BRANCH", "P_DEPLOY", "P_TOKEN", "P_WHO", "P_REASON"];

    private static readonly string[] s_changeParameters =
        [.. s_runParameters, "P_STEP", "P_READY_SECONDS", "P_SETTLE_SECONDS"];

    private HostOperation(string name, bool isStep, string[] libraries, string[] required, params string[] optional)
    {
        Name = name;
        IsStep = isStep;
        Libraries = libraries;
        RequiredParameters = required;
        OptionalParameters = optional;
    }

    /// <summary>Reads the commit on disk, the running one and the answers of the health endpoints.</summary>
    public static HostOperation Probe { get; } = new(
        "probe", false, [.. s_reads, "json", "token"], ["P_UNIT", "P_SECTIONS"], "P_SECRET", "P_SECRET_KEY");

    /// <summary>Takes the host for a run: fences older holders of the fleet lock off, checks the plan, records the run.</summary>
    public static HostOperation Claim { get; } = new(
        "claim",
        false,
        [.. s_reads, "releases", "lock", "fence", "plan"],
        [.. s_runParameters, "P_EXPECT", "P_TARGETS", "P_WAVES", "P_RECORD", "P_NEED_MB"]);

    /// <summary>Writes down that a run was accepted: watched, asked about and approved to its end.</summary>
    public static HostOperation Accept { get; } = new(
        "accept", false, ["result", "state", "lock", "fence"], ["P_DEPLOY", "P_TOKEN", "P_WHO"]);

    /// <summary>Moves a checkout to a commit, and back by itself where that fails.</summary>
    public static HostOperation Deploy { get; } = DeployOf([.. s_checkout, "cistate", "extras"]);

    /// <summary>Moves a package to a version, and back by itself where that fails.</summary>
    public static HostOperation DeployPackage { get; } = DeployOf(s_package);

    /// <summary>Moves a checkout back to the commit that is named for it.</summary>
    public static HostOperation Rollback { get; } = RollbackOf(s_checkout);

    /// <summary>Moves a package back to the version that is named for it.</summary>
    public static HostOperation RollbackPackage { get; } = RollbackOf(s_package);

    /// <summary>Runs a text of the user's own and keeps its whole output on the host.</summary>
    public static HostOperation Run { get; } = new("run", false, ["result", "state"], ["P_RUN", "P_SCRIPT"]);

    /// <summary>Brings one slice of the output of a run of ours, or of any command by what its agent kept.</summary>
    public static HostOperation Fetch { get; } = new(
        "fetch", false, ["result", "state"], ["P_RUN", "P_STREAM", "P_OFFSET"], "P_COMMAND");

    /// <summary>Resolves a ref to a commit at the origin, or lists the refs.</summary>
    public static HostOperation Ref { get; } = new(
        "ref", false, [.. s_asked, "git"], ["P_UNIT", "P_REF"], "P_LIST");

    /// <summary>Asks a host's index for one version of the distribution.</summary>
    public static HostOperation Package { get; } = new(
        "package", false, [.. s_asked, "package"], ["P_UNIT", "P_VERSION"]);

    /// <summary>Reads what a plan rests on: the commits, the health, and what would get in the way of a change.</summary>
    public static HostOperation Survey { get; } = new("survey", false, [.. s_reads, "settings"], ["P_UNIT"]);

    /// <summary>Reads the release that lies here, the one that runs, and a digest of each layer of the configuration.</summary>
    public static HostOperation Drift { get; } = new(
        "drift", false, [.. s_reads, "ledger", "settings", "config"], ["P_UNIT", "P_SALT", "P_KINDS"]);

    /// <summary>Tells what the digests of a drift are made of: each setting, file or package with a digest of its own.</summary>
    public static HostOperation Items { get; } = new(
        "items", false, [.. s_asked, "config"], ["P_UNIT", "P_SALT", "P_KINDS"]);

    /// <summary>Tells what lies between commits and a target, from a bare clone beside the checkout.</summary>
    public static HostOperation Compare { get; } = new(
        "compare", false, [.. s_asked, "git"], ["P_UNIT", "P_TARGET", "P_FROMS"]);

    /// <summary>Tells what ran on the host and what became of the runs that had it.</summary>
    public static HostOperation History { get; } = new(
        "history", false, [.. s_reads, "releases", "ledger", "point"], ["P_UNIT", "P_POINTS", "P_RUNS", "P_WAIT"],
        "P_DEPLOY", "P_BEFORE", "P_NAMED");

    /// <summary>Takes the pulse of the service: its process, whether it is ready, and the errors of its journal.</summary>
    public static HostOperation Pulse { get; } = new(
        "pulse", false, ["result", "unit", "layout", "ask", "health"], ["P_UNIT", "P_SECONDS"]);

    /// <summary>Every operation there is.</summary>
    public static IReadOnlyList<HostOperation> All { get; } =
        [Probe, Survey, Compare, Claim, Accept, Deploy, DeployPackage, Rollback, RollbackPackage, Run, Fetch, Ref, Package, History, Pulse, Drift, Items];

    /// <summary>The name, which is that of the script in <c>ops</c> and the key <c>op</c> of the result.</summary>
    public string Name { get; }

    /// <summary>Whether it changes the host: it then has a step id, and outlives the command that started it.</summary>
    public bool IsStep { get; }

    /// <summary>The scripts of <c>lib</c> that it builds on, in the order in which they are read.</summary>
    public IReadOnlyList<string> Libraries { get; }

    /// <summary>The shell variables that must be given.</summary>
    public IReadOnlyList<string> RequiredParameters { get; }

    /// <summary>The shell variables that may be given; empty on the host where they are not.</summary>
    public IReadOnlyList<string> OptionalParameters { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static HostOperation DeployOf(string[] libraries) => new(
        "deploy", true, libraries, [.. s_changeParameters, "P_TARGET", "P_REVERT"], "P_EXPECT", "P_READY_COUNT");

    private static HostOperation RollbackOf(string[] libraries) => new(
        "rollback", true, libraries, [.. s_changeParameters, "P_TARGETS"], "P_EXPECT", "P_READY_COUNT");
}
