using Aragora.Fleet.Sandboxes;

namespace Aragora.Fleet.Tests.KillMatrix;

/// <summary>One round: a deploy that somebody or something disturbs, and the way in which another machine then recovers.</summary>
/// <param name="Name">By which <c>ARAGORA_SOAK_ROUNDS</c> names it.</param>
/// <param name="Way">Resume or Restore.</param>
internal sealed record MatrixRound(string Name, string Way)
{
    public const string Resume = "Resume";
    public const string Restore = "Restore";

    private const int Seed = 20261124;

    // Every phase that a step of a deploy enters here, where the application has no database to prepare; some of those of the run's
    // way back, and of a host's own.
    private static readonly string[] s_phases =
    [
        "lock", "fence", "layout", "moved", "ownership", "fetch", "stash", "checkout", "install", "import", "configure",
        "restart", "ready", "settle", "verify", "proxy",
        "back/lock", "back/fetch", "back/checkout", "back/install", "back/restart", "back/ready", "back/verify",
        "revert/checkout", "revert/install", "revert/ready",
    ];

    private static readonly SandboxFaultKind[] s_kinds =
        [SandboxFaultKind.LostReply, SandboxFaultKind.HostReboot, SandboxFaultKind.DiskFull, SandboxFaultKind.AgentOffline];

    /// <summary>When the client is killed, as a part of the time that a deploy takes; null where it lives.</summary>
    public double? KilledAt { get; init; }

    /// <summary>What a host suffers; null where none does.</summary>
    public SandboxFaultKind? Kind { get; init; }

    /// <summary>The phase in which it does.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Whether a host of the second wave fails, so that the run is on its way back.</summary>
    public bool Fails { get; init; }

    /// <summary>The client is killed at so many moments, one in each part of the run, in a random order.</summary>
    public static IEnumerable<MatrixRound> Kills(int count)
    {
        var random = new Random(Seed);
        var moments = Enumerable.Range(0, count).Select(i => (i + random.NextDouble()) / count).ToArray();
        random.Shuffle(moments);
        return moments.Select((moment, i) =>
            new MatrixRound($"kill {i + 1}", i % 2 == 0 ? Restore : Resume) { KilledAt = moment, Fails = i % 3 == 2 });
    }

    /// <summary>
    /// A host suffers everything in every phase; both ways of recovery have their turn with each. Rounds that wait for a host
    /// that is silent lie between others.
    /// </summary>
    public static IEnumerable<MatrixRound> Sufferings() =>
        from phase in s_phases.Index()
        from kind in s_kinds.Index()
        select Suffering(kind.Item, phase.Item, (kind.Index + phase.Index) % 2 == 0 ? Restore : Resume);

    public static MatrixRound Suffering(SandboxFaultKind kind, string phase, string way) => new($"{kind} at {phase}", way)
    {
        Kind = kind,
        Phase = phase,
        Fails = phase.Contains('/', StringComparison.Ordinal),
    };
}
