using System.Text;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Core.Tests.Commands;
using Aragora.Fleet.Core.Tests.Locks;
using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Ports;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Rollouts.Journal;
using Aragora.Fleet.Rollouts.Plans;
using Aragora.Fleet.Rollouts.Signals;

namespace Aragora.Fleet.Core.Tests.Rollouts.Runs;

/// <summary>A run over hosts that answer what a test says, on the test's clock.</summary>
internal sealed class RunHarness
{
    public const string Old = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    public const string New = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
    public const string DeployId = "20260307T030000-abcdef";

    public RunHarness() => Channel = new FakeCommandChannel(Clock.Time) { Answer = Answer };

    public Clockwork Clock { get; } = new();

    public FakeCommandChannel Channel { get; }

    public FakeDirectory Directory { get; } = new();

    public FakeHeldLock Lock { get; } = new();

    public FakeSignals Signals { get; } = new();

    public List<string> Notices { get; } = [];

    public RecordingLog Log { get; } = new();

    public List<string> Written { get; } = [];

    public List<IDeployGate> Gates { get; } = [];

    public CancellationTokenSource Stop { get; } = new();

    /// <summary>What the hosts answer to each operation, by their number; null for no block at all.</summary>
    public Func<int, string?> Claim { get; set; } = _ => "outcome claimed\n";

    public Func<int, string?> Deploy { get; set; } = _ => $"outcome deployed\nrunning {New}\npid 718\nrestarts 0\n";

    public Func<int, string?> Back { get; set; } = _ => $"outcome restored\nrunning {Old}\n";

    public Func<int, string?> Pulse { get; set; } = _ => Beat();

    public Func<int, string?> Accept { get; set; } = _ => "outcome accepted\n";

    public static string Beat(int pid = 718, int restarts = 0, int ready = 200, int errors = 0, string active = "active") =>
        $"active {active}\nsub running\npid {pid}\nrestarts {restarts}\nready {ready}\nerrors {errors}\nlines 40\n";

    public static HostPlan Host(int number) => new()
    {
        Target = new HostTarget(Id(number), $"host-{number}", "production", "us-east-2"),
        From = Old,
        To = New,
        Verdict = Verdict.Healthy,
    };

    public static string Id(int number) => $"i-{number:d8}";

    public static ChangePlan Plan(int hosts, string waves = "1", DeployGates? gates = null)
    {
        HostPlan[] all = [.. Enumerable.Range(1, hosts).Select(Host)];
        return new ChangePlan
        {
            DeployId = DeployId,
            Wanted = "v2",
            Environment = "production",
            Hosts = all,
            Waves = WaveList.Parse([waves]).Cut(all),
            OnFailure = FailureAction.Restore,
            Gates = gates ?? new DeployGates(),
            Reason = "a test",
            Who = "tester",
        };
    }

    /// <summary>The sends of an operation, by its comment.</summary>
    public IEnumerable<SendRequest> Sends(string operation) =>
        Channel.Sent.Where(send => send.Comment.StartsWith($"aragora-fleet {operation}", StringComparison.Ordinal));

    public Task<RunOutcome> DeployAsync(ChangePlan plan) => RunAsync(plan);

    public Task<RunOutcome> RestoreAsync(ChangePlan plan) => RunAsync(plan with { Kind = RolloutKind.Restore });

    public static string Block(string payload)
    {
        var sum = PosixChecksum.Of(Encoding.ASCII.GetBytes(payload));
        return $"@@aragora-result 1 {payload.Length} {sum}@@\n{payload}@@aragora-end@@\n";
    }

    private async Task<RunOutcome> RunAsync(ChangePlan plan)
    {
        var run = new RolloutRun(Services(), plan);
        var results = await Clock.RunAsync(Clockwork.ToListAsync(run.RunAsync(Stop.Token, default)));
        Assert.True(Lock.IsGivenBack);
        return new RunOutcome(results, run.Failure, run.WasInterrupted);
    }

    private FakeAnswer Answer(string instanceId, SendRequest request)
    {
        var number = int.Parse(instanceId[2..]);
        var text = request.Comment.Split(' ')[1] switch
        {
            "claim" => Claim(number),
            "deploy" => Deploy(number),
            "back" or "restore" => Back(number),
            "pulse" => Pulse(number),
            "accept" => Accept(number),
            var unknown => throw new NotSupportedException(unknown),
        };
        return new FakeAnswer { Output = text is null ? "no block" : Block(text) };
    }

    private RunServices Services()
    {
        var settings = new FleetSettings();
        var dispatcher = new CommandDispatcher(
            Channel, Directory, new RegionLimits(Clock.Time), Clock.Time, NoLog.Instance, jitter: () => 0);
        return new RunServices
        {
            Runner = new HostOperationRunner(dispatcher, settings),
            Settings = settings,
            Log = Log,
            Time = Clock.Time,
            Instances = Directory,
            TakeLock = (_, _) => Lock.TakeAsync(),
            Signals = Signals,
            Journal = new ListJournal(Written),
            Notice = Notices.Add,
            Gates = Gates,
        };
    }

    private sealed class ListJournal(List<string> lines) : IRunJournal
    {
        public void Add(string what, params (string Name, object? Value)[] fields) =>
            lines.Add($"{what} {string.Join(' ', fields.Select(field => $"{field.Name}={field.Value}"))}");
    }
}

/// <summary>How a run ended.</summary>
internal sealed record RunOutcome(IReadOnlyList<DeployResult> Results, FleetException? Failure, bool WasInterrupted)
{
    /// <summary>The outcome of each host, in the order of their numbers.</summary>
    public IEnumerable<DeployOutcome> Outcomes => Results.OrderBy(result => result.InstanceId).Select(result => result.Outcome);

    public DeployResult Of(int number) => Results.Single(result => result.InstanceId == RunHarness.Id(number));
}
