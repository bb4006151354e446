using System.Text;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Core.Tests.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Rollouts.Plans;

namespace Aragora.Fleet.Core.Tests.Rollouts;

/// <summary>What a planner makes of what the hosts tell.</summary>
public sealed class ChangePlannerTests
{
    private const string Old = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string New = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    private readonly Clockwork _clock = new();
    private readonly FakeCommandChannel _channel;
    private readonly HashSet<string> _gone = [];
    private readonly HashSet<string> _sick = [];
    private string _compare = $"unit aragora\nfrom.0 {Old} 3 1 1 0\nsubject.0.0 bbbbbbbbb Faster debates\n";
    private string _more = "";

    public ChangePlannerTests() => _channel = new FakeCommandChannel(_clock.Time)
    {
        Answer = (id, request) => request.Comment switch
        {
            _ when _gone.Contains(id) => new FakeAnswer { Status = "Undeliverable", Code = -1, Output = "" },
            "aragora-fleet preflight" => new FakeAnswer { Output = Block(Survey(_sick.Contains(id))) },
            "aragora-fleet ref" => new FakeAnswer { Output = Block($"unit aragora\nmode git\nsha {New}\n") },
            "aragora-fleet compare" => new FakeAnswer { Output = Block(_compare) },
            _ => new FakeAnswer { After = TimeSpan.FromHours(1) },
        },
    };

    [Fact]
    public async Task A_plan_holds_what_each_host_told()
    {
        _more = "dirty 2\nchanges 77\nbranch detached\nwatchdog aragora-watchdog.timer\nsteps 30 50 40\n";

        var plan = await PlanAsync(Hosts(2));

        Assert.Equal((New, "v1 (bbbbbbbbb)", "production"), (plan.Target, plan.Wanted, plan.Environment));
        var host = plan.Hosts[0];
        Assert.Equal((Old, New, Old, Verdict.Healthy, 1), (host.From, host.To, host.Disk, host.Verdict, host.Wave));
        Assert.Equal((3, 1, true, false), Numbers(host.Changes!));
        Assert.Equal(["bbbbbbbbb Faster debates"], host.Changes!.Subjects);
        Assert.Equal(
            [PlanWarningKind.LocalChanges, PlanWarningKind.DetachedHead, PlanWarningKind.Watchdog],
            host.Warnings.Select(warning => warning.Kind));
        Assert.Equal(TimeSpan.FromSeconds(40), host.ExpectedDuration);
        Assert.Equal(TimeSpan.FromSeconds(80), plan.ExpectedDuration);
    }

    [Theory]
    [InlineData("BBBBBBB")]
    [InlineData(New)]
    public async Task A_commit_that_was_asked_for_is_named_once(string commit) =>
        Assert.StartsWith($"Deploy {New}: ", (await PlanAsync(Hosts(2), wanted: commit)).ToString());

    [Fact]
    public async Task Where_no_host_is_reached_the_plan_is_refused_as_undeliverable()
    {
        _gone.UnionWith([Id(1), Id(2)]);

        var refusal = await Assert.ThrowsAsync<FleetException>(() => PlanAsync(Hosts(2)));

        Assert.Equal(FailureKind.Undeliverable, refusal.Kind);
        Assert.Contains("host-1", refusal.Message);
        Assert.Contains("host-2", refusal.Message);
    }

    [Fact]
    public async Task What_cannot_be_compared_is_unknown_and_fails_no_plan()
    {
        _compare = "outcome refused\nreason no clone can be made\n";

        var plan = await PlanAsync(Hosts(2));

        Assert.All(plan.Hosts, host => Assert.Null(host.Changes));
        Assert.Contains("what lies between is not known", plan.ToString());
    }

    [Fact]
    public async Task An_unreachable_host_stops_the_run_unless_it_may_be_left_out()
    {
        _gone.Add(Id(2));

        var strict = await PlanAsync(Hosts(3));
        var lenient = await PlanAsync(Hosts(3), new DeployGates { MaxUnreachable = new HostCount(1, false) });

        Assert.Equal(["host-2"], strict.Obstacles.Select(host => host.Name));
        var refusal = PlanObstacles.Refusal(strict)!;
        Assert.Equal(FailureKind.Undeliverable, refusal.Kind);
        Assert.StartsWith("1 host is unreachable, -MaxUnreachable is 0: nothing was begun. host-2 ", refusal.Message);
        Assert.Contains("-MaxUnreachable 1", refusal.Action);
        Assert.Null(PlanObstacles.Refusal(lenient));
        Assert.Empty(strict.LeftOut);
        Assert.Contains("STOPS IT   host-2", strict.ToString());
        Assert.Empty(lenient.Obstacles);
        Assert.Equal(["host-2"], lenient.LeftOut.Select(host => host.Name));
        Assert.Contains("left out   host-2", lenient.ToString());
        Assert.Equal(2, lenient.Waves.Sum(wave => wave.Count));
    }

    [Fact]
    public async Task An_instance_without_an_agent_is_unreachable_and_is_not_asked()
    {
        var hosts = Hosts(2);
        hosts[1] = hosts[1] with { Ping = PingStatus.NotManaged };

        var plan = await PlanAsync(hosts);

        Assert.True(plan.Obstacles.Single().IsUnreachable);
        Assert.DoesNotContain(_channel.Sent, send => send.InstanceIds.Contains(Id(2)));
    }

    [Fact]
    public async Task A_canary_is_well_the_sick_come_next_and_they_do_not_count_against_the_floor()
    {
        _sick.UnionWith([Id(1), Id(3)]);

        var plan = await PlanAsync(
            Hosts(4), new DeployGates { MinHealthy = new HostCount(1, false) }, waves: ["1", "2", "1"]);

        Assert.Equal(["host-2", "host-1", "host-3", "host-4"], plan.Hosts.Select(host => host.Name));
        Assert.Equal([1, 2, 2, 3], plan.Hosts.Select(host => host.Wave!.Value));
    }

    [Theory]
    [InlineData("named bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n", true)]
    [InlineData("named bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\ndirty 1\n", false)]
    [InlineData("named cccccccccccccccccccccccccccccccccccccccc\n", false)]
    public async Task A_host_that_runs_the_commit_is_changed_by_a_repair_only_where_it_is_not_in_order(string told, bool isInOrder)
    {
        _more = $"disk {New}\nrunning {New}\n{told}";

        var deploy = await PlanAsync(Hosts(1));
        var repair = await PlanAsync(Hosts(1), mendsDrift: true);

        Assert.Equal((true, isInOrder), (deploy.Hosts[0].IsCurrent, repair.Hosts[0].IsCurrent));
    }

    [Theory]
    [InlineData("2", "The most that works: -MinHealthy 1 with these waves, or -BatchSize 1 with -MinHealthy 2.")]
    [InlineData("100%", "The most that works: -MinHealthy 33% with these waves, or -BatchSize 1 with -MinHealthy 66%.")]
    public async Task A_floor_that_cannot_be_kept_is_refused_with_the_numbers_that_work(string floor, string advice)
    {
        var failure = await Assert.ThrowsAsync<FleetException>(() => PlanAsync(
            Hosts(3), new DeployGates { MinHealthy = HostCount.Parse(floor, "MinHealthy") }, waves: ["2"]));

        Assert.Equal((FailureKind.HostsTooFew, advice), (failure.Kind, failure.Action));
    }

    [Fact]
    public async Task A_floor_above_what_is_healthy_has_no_wave_that_works()
    {
        _sick.UnionWith([Id(1), Id(2), Id(3)]);

        var failure = await Assert.ThrowsAsync<FleetException>(() => PlanAsync(
            Hosts(3), new DeployGates { MinHealthy = new HostCount(1, false) }, waves: ["1"]));

        Assert.Equal(FailureKind.HostsTooFew, failure.Kind);
        Assert.StartsWith("No wave can keep to it", failure.Action);
    }

    [Fact]
    public async Task Commands_of_others_are_told_and_reads_of_this_module_are_none()
    {
        await SendAsync("nightly backup");
        await SendAsync("aragora-fleet health");
        await SendAsync("aragora-fleet deploy 20260101T000000-cafe00 wave 1");

        var plan = await PlanAsync(Hosts(1));

        Assert.All(plan.Hosts.Single().Warnings, warning => Assert.Equal(PlanWarningKind.CommandUnderWay, warning.Kind));
        Assert.Collection(
            plan.Hosts.Single().Warnings.Select(warning => warning.Text).Order(),
            text => Assert.Contains("'aragora-fleet deploy 20260101T000000-cafe00 wave 1'", text),
            text => Assert.Contains("'nightly backup'", text));
    }

    [Fact]
    public async Task The_steps_of_a_run_are_none_of_others()
    {
        await SendAsync("aragora-fleet deploy 20260101T000000-cafe00 wave 1");

        var found = await new OtherCommands(_channel, new RegionLimits(_clock.Time))
            .FindAsync([HostTarget.From(Hosts(1)[0])], "20260101T000000-cafe00", default);

        Assert.Empty(found);
    }

    [Fact]
    public async Task Fifty_hosts_cost_one_send_for_the_preflight()
    {
        await PlanAsync(Hosts(50));

        Assert.Single(_channel.Sent, send => send.Comment == "aragora-fleet preflight");
        Assert.Equal(3, _channel.Sent.Count);
    }

    private static (int, int, bool, bool) Numbers(CommitChanges changes) =>
        (changes.Ahead, changes.Behind, changes.RequirementsChange, changes.MigrationsChange);

    private static string Id(int number) => $"i-{number:d8}";

    private static List<Instance> Hosts(int count) =>
    [
        .. Enumerable.Range(1, count).Select(number => new Instance
        {
            InstanceId = Id(number),
            Name = $"host-{number}",
            Environment = "production",
            Region = "us-east-2",
            State = InstanceState.Running,
            Ping = PingStatus.Online,
        }),
    ];

    private string Survey(bool isSick)
    {
        var lines = new Dictionary<string, string>
        {
            ["unit"] = "aragora",
            ["mode"] = "git",
            ["load"] = "loaded",
            ["active"] = isSick ? "failed" : "active",
            ["sub"] = isSick ? "failed" : "running",
            ["disk"] = Old,
            ["running"] = Old,
            ["branch"] = "main",
            ["dirty"] = "0",
            ["changes"] = "0",
            ["config"] = "1",
            ["healthz.code"] = "200",
            ["healthz.body"] = """{"status":"ok"}""",
            ["readyz.code"] = "200",
            ["readyz.body"] = """{"status":"ready"}""",
            ["health.code"] = "200",
            ["health.body"] = """{"status":"healthy"}""",
        };
        foreach (var line in _more.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            lines[line.Split(' ')[0]] = line[(line.IndexOf(' ') + 1)..];
        }

        return string.Concat(lines.Select(line => $"{line.Key} {line.Value}\n"));
    }

    private static string Block(string payload)
    {
        var sum = PosixChecksum.Of(Encoding.ASCII.GetBytes(payload));
        return $"@@aragora-result 1 {payload.Length} {sum}@@\n{payload}@@aragora-end@@\n";
    }

    private Task<string> SendAsync(string comment) => _channel.SendAsync(
        new()
        {
            Region = "us-east-2",
            InstanceIds = [Id(1)],
            Script = "",
            Comment = comment,
            DeliveryTimeout = TimeSpan.FromMinutes(1),
            ExecutionTimeout = TimeSpan.FromMinutes(1),
        },
        default);

    private async Task<ChangePlan> PlanAsync(
        List<Instance> hosts, DeployGates? gates = null, string[]? waves = null, string wanted = "v1", bool mendsDrift = false)
    {
        var settings = new FleetSettings();
        var limits = new RegionLimits(_clock.Time);
        var dispatcher = new CommandDispatcher(_channel, new FakeDirectory(), limits, _clock.Time, NoLog.Instance, jitter: () => 0);
        var planner = new ChangePlanner(
            new HostOperationRunner(dispatcher, settings), settings, new OtherCommands(_channel, limits), NoLog.Instance,
            _clock.Time);
        var request = new DeployRequest
        {
            Instances = hosts,
            Ref = wanted,
            Waves = WaveList.Parse(waves ?? ["1"]),
            Gates = gates ?? new DeployGates(),
            OnFailure = FailureAction.Restore,
            MendsDrift = mendsDrift,
            Who = "test",
        };
        return await _clock.RunAsync(planner.PlanDeployAsync(request, default));
    }
}
