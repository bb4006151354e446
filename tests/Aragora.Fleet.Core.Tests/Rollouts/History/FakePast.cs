using System.Text;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Core.Tests.Commands;
using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Rollouts.History;
using Aragora.Fleet.Rollouts.Plans;

namespace Aragora.Fleet.Core.Tests.Rollouts.History;

/// <summary>Hosts that tell what a run left on them, to whoever plans after it.</summary>
internal sealed class FakePast
{
    public const string Old = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    public const string New = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
    public const string Other = "cccccccccccccccccccccccccccccccccccccccc";
    public const string Run = "20260307T030000-abcdef";

    private readonly Clockwork _clock = new();
    private readonly FakeCommandChannel _channel;
    private readonly Dictionary<string, PastHost> _hosts = [];

    public FakePast() => _channel = new FakeCommandChannel(_clock.Time) { Answer = Answer };

    /// <summary>What every host has kept of the run beside its own part, as lines.</summary>
    public string Record { get; set; } = "hosts 4\nkind Deploy\nwanted v2\nattempt 1\n";

    public IReadOnlyList<Instance> Instances => [.. _hosts.Values.Select(host => new Instance
    {
        InstanceId = Id(host.Number),
        Name = $"host-{host.Number}",
        Environment = "production",
        Region = "us-east-2",
        State = InstanceState.Running,
        Ping = host.IsUnmanaged ? PingStatus.NotManaged : PingStatus.Online,
    })];

    private HostOperationRunner Runner => new(
        new CommandDispatcher(_channel, new FakeDirectory(), new RegionLimits(_clock.Time), _clock.Time, NoLog.Instance, jitter: () => 0), Settings);

    private DeployHistory History => new(new HistoryService(Runner, Settings));

    private static FleetSettings Settings { get; } = new();

    private ChangePlanner Planner => new(
        Runner, Settings, new OtherCommands(_channel, new RegionLimits(_clock.Time)), NoLog.Instance, _clock.Time);

    public static string Id(int number) => $"i-{number:d8}";

    /// <summary>The questions that were asked of the hosts, in their order.</summary>
    public IReadOnlyList<Ports.SendRequest> Sent => _channel.Sent;

    /// <summary>Hosts of which all have the same part in the run, numbered on.</summary>
    public FakePast With(PastHost host, int count = 1)
    {
        for (var i = 0; i < count; i++)
        {
            var number = _hosts.Count + 1;
            _hosts[Id(number)] = host with { Number = number };
        }

        return this;
    }

    public Task<ChangePlan> ResumeAsync() => ResumeAsync(isPreview: false);

    public Task<ChangePlan> ResumeAsync(bool isPreview) => _clock.RunAsync(new ResumePlanner(Planner, Runner, Settings, _clock.Time)
        .PlanAsync(Run, Instances, "tester", PlanOrigin.None, isPreview, default));

    public Task<ChangePlan> RestoreAsync() => RestoreAsync(RestoreAim.Run(Run));

    public Task<ChangePlan> RestoreAsync(RestoreAim aim, bool isPreview = false) => _clock.RunAsync(new RestorePlanner(Planner, Runner, Settings, _clock.Time).PlanAsync(
        new RestoreRequest
        {
            Instances = Instances, Aim = aim, Waves = WaveList.ForRestore, Who = "tester", Gates = new DeployGates(), IsPreview = isPreview,
        },
        default));

    /// <summary>The run as it is told by itself and in the list, which have to agree.</summary>
    public async Task<DeployRecord> TellAsync(LivingRun? life = null)
    {
        var living = life is not null ? new Dictionary<string, LivingRun> { [Run] = life } : [];
        var one = await _clock.RunAsync(History.OneAsync(Instances, Run, living, default));
        var (single, inList) = (Assert.Single(one.Records), await ListAsync(living));
        Assert.Equal((single.State, single.Next, single.Summary), (inList.State, inList.Next, inList.Summary));
        return single;
    }

    /// <summary>The run as the list tells it.</summary>
    public async Task<DeployRecord> ListAsync(Dictionary<string, LivingRun>? living = null) =>
        Assert.Single((await _clock.RunAsync(History.LastAsync(Instances, 5, living ?? [], default))).Records);

    private FakeAnswer Answer(string id, Ports.SendRequest request)
    {
        var host = _hosts[id];
        return host.IsSilent || (host.KeepsItsRecord && request.Script.Contains($"P_DEPLOY='{Run}'")) ? new FakeAnswer { Status = "Undeliverable", Code = -1, Output = "" } : request.Comment switch
        {
            "aragora-fleet preflight" => new FakeAnswer { Output = Block(host.Survey) },
            "aragora-fleet history" => new FakeAnswer { Output = Block(host.Told(request.Script.Contains($"P_DEPLOY='{Run}'") ? Record : null)) },
            "aragora-fleet ref" => new FakeAnswer { Output = Block($"unit aragora\nmode git\nsha {Old}\n") },
            "aragora-fleet package" => new FakeAnswer { Output = Block("unit aragora\noutcome notfound\n") },
            "aragora-fleet compare" => new FakeAnswer { Output = Block("unit aragora\n") },
            var unknown => throw new NotSupportedException(unknown),
        };
    }

    private static string Block(string payload)
    {
        var sum = PosixChecksum.Of(Encoding.ASCII.GetBytes(payload));
        return $"@@aragora-result 1 {payload.Length} {sum}@@\n{payload}@@aragora-end@@\n";
    }
}

/// <summary>A host's part in the run, and how it is now.</summary>
internal sealed record PastHost
{
    public int Number { get; init; }

    /// <summary>How the run stands on it, by the host's own word; null where the host does not know the run.</summary>
    public string? Word { get; init; }

    public string Kind { get; init; } = "Deploy";

    public string After { get; init; } = "-";

    public int? Wave { get; init; } = 1;

    public string From { get; init; } = FakePast.Old;

    public string To { get; init; } = FakePast.New;

    public string Running { get; init; } = FakePast.New;

    public string? Disk { get; init; }

    /// <summary>What else the host tells of its past, as lines.</summary>
    public string More { get; init; } = "";

    public bool IsSick { get; init; }

    public bool IsSilent { get; init; }

    /// <summary>Whether it answers for the list, and no more when it is asked for its record.</summary>
    public bool KeepsItsRecord { get; init; }

    /// <summary>Whether no agent has registered from it.</summary>
    public bool IsUnmanaged { get; init; }

    /// <summary>Whether it runs from a package.</summary>
    public bool IsPackage { get; init; }

    public string Survey => $"unit aragora\nmode {(IsPackage ? "package" : "git")}\nload loaded\nactive {(IsSick ? "failed" : "active")}\nsub {(IsSick ? "failed" : "running")}\n" +
        $"disk {Disk ?? Running}\nrunning {Running}\nbranch main\ndirty 0\nchanges 0\nconfig 1\n" +
        "healthz.code 200\nhealthz.body {\"status\":\"ok\"}\nreadyz.code 200\nreadyz.body {\"status\":\"ready\"}\n" +
        "health.code 200\nhealth.body {\"status\":\"healthy\"}\n";

    public string Told(string? record)
    {
        var text = $"unit aragora\ndisk {Disk ?? Running}\nrunning {Running}\n{More}";
        if (Word is null)
        {
            return text;
        }

        text += $"deploy.0 {FakePast.Run} {Kind} 2026-03-07T03:00:00Z {From} {To} {Word} {After} {(Wave is { } wave ? $"{wave}" : "-")}\n";
        return record is null ? text
            : text + string.Concat(record.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"record.{line}\n"))
                + $"record.wave {Wave}\npoint.0 {FakePast.Old} - 1 - before\n";
    }
}
