using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Core.Tests.Commands;
using Aragora.Fleet.Drift;
using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;

namespace Aragora.Fleet.Core.Tests.Drift;

/// <summary>Hosts that tell of themselves what a test gives them, with the digests that the script would make.</summary>
internal sealed partial class DriftFleet
{
    public const string A = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    public const string B = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    private readonly Clockwork _clock = new();
    private readonly Dictionary<string, ToldHost> _hosts = [];

    public DriftFleet() => Channel = new FakeCommandChannel(_clock.Time)
    {
        Answer = (id, request) => (_hosts[id], request.Comment) switch
        {
            ({ IsGone: true }, _) => new FakeAnswer { Status = "Undeliverable", Code = -1, Output = "" },
            (var host, "aragora-fleet drift") => new FakeAnswer { Output = Block(Told(host, Salt(request.Script))) },
            (var host, "aragora-fleet items") => new FakeAnswer { Output = Block("unit aragora\n") + Items(host, Salt(request.Script)) },
            (_, "aragora-fleet ref") => new FakeAnswer { Output = Block($"unit aragora\nmode git\nsha {B}\n") },
            (_, var comment) => throw new InvalidOperationException(comment),
        },
    };

    public FakeCommandChannel Channel { get; }

    /// <summary>Adds a host; its number makes its id and its name.</summary>
    public ToldHost Add(Action<ToldHost>? change = null)
    {
        var number = _hosts.Count + 1;
        var host = new ToldHost { Target = new HostTarget($"i-{number:d8}", $"host-{number}", "production", "us-east-2") };
        change?.Invoke(host);
        return _hosts[host.Target.InstanceId] = host;
    }

    public async Task<DriftReport> TestAsync(DriftQuestion? question = null, int? count = null)
    {
        var targets = _hosts.Values.Select(host => host.Target).Take(count ?? _hosts.Count).ToList();
        return await _clock.RunAsync(Service().TestAsync(targets, question ?? new DriftQuestion(), default));
    }

    /// <summary>Asks all hosts whether findings still hold.</summary>
    public Task<GateFinding> CheckAsync(IReadOnlyList<DriftFinding> findings, GateMoment moment = GateMoment.BeforeRun)
    {
        var gate = new FindingsGate(Service(), RepairAim.Of(findings), [.. _hosts.Values.Select(host => host.Target)]);
        var plan = new ChangePlan
        {
            DeployId = "", Wanted = "", Environment = "", Hosts = [], Waves = [], OnFailure = FailureAction.Restore, Reason = "", Who = "",
        };
        return _clock.RunAsync(gate.CheckAsync(new GateContext { Plan = plan, Moment = moment, Wave = 0, Hosts = [] }, default));
    }

    private DriftService Service()
    {
        var settings = new FleetSettings();
        var dispatcher = new CommandDispatcher(
            Channel, new FakeDirectory(), new RegionLimits(_clock.Time), _clock.Time, NoLog.Instance, jitter: () => 0);
        return new DriftService(new HostOperationRunner(dispatcher, settings), settings);
    }

    public string Sent(string comment) => Channel.Sent.Single(send => send.Comment == $"aragora-fleet {comment}").Script;

    private static string Salt(string script) => SaltLine().Match(script).Groups[1].Value;

    private static string Told(ToldHost host, string salt)
    {
        var text = new StringBuilder($"unit aragora\nmode {host.Mode}\ndir {host.Directory}\nload loaded\n");
        foreach (var (key, value) in host.Values)
            text.Append($"{key} {value}\n");
        foreach (var kind in host.Layers.Keys)
            text.Append($"sum.{kind} {Digest(Lines(host, kind, salt), salt)}\nsince.{kind} 2026-03-06T20:00:00Z\n");
        return text.ToString();
    }

    private static string Items(ToldHost host, string salt) => string.Concat(
        host.Layers.Keys.SelectMany(kind => Lines(host, kind, salt).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => $"{kind}\t{line}\n"))) + (host.Lies ? "DropIn\tlie\t00000000\n" : "");

    // Of a package the version stands for itself.
    private static string Lines(ToldHost host, DriftKind kind, string salt) => string.Concat(host.Layers[kind].Select(item =>
        $"{item.Key}\t{(kind == DriftKind.PackageSet ? item.Value : Digest(item.Value, salt))}\n"));

    private static string Digest(string text, string salt) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{salt}\n{text}")))[..8].ToLowerInvariant();

    private static string Block(string payload) =>
        $"@@aragora-result 1 {payload.Length} {PosixChecksum.Of(Encoding.ASCII.GetBytes(payload))}@@\n{payload}@@aragora-end@@\n";

    [GeneratedRegex("^P_SALT='(.*)'$", RegexOptions.Multiline)]
    private static partial Regex SaltLine();
}

/// <summary>What a host tells.</summary>
internal sealed class ToldHost
{
    public required HostTarget Target { get; init; }

    public string Mode { get; set; } = "git";

    public string Directory { get; set; } = "/home/ec2-user/aragora";

    public bool IsGone { get; set; }

    /// <summary>Whether its items are not those of its digests.</summary>
    public bool Lies { get; set; }

    public Dictionary<string, string> Values { get; } = new()
    {
        ["disk"] = DriftFleet.A, ["running"] = DriftFleet.A, ["named"] = DriftFleet.A, ["dirty"] = "0", ["foreign"] = "1",
        ["active"] = "active",
    };

    public Dictionary<DriftKind, SortedDictionary<string, string>> Layers { get; } = new()
    {
        [DriftKind.Unit] = new(StringComparer.Ordinal) { ["aragora.service [Service] Restart"] = "always" },
        [DriftKind.DropIn] = new(StringComparer.Ordinal) { ["secrets.conf"] = "", ["secrets.conf ARAGORA_DB_BACKEND"] = "sqlite" },
        [DriftKind.Nginx] = new(StringComparer.Ordinal) { ["nginx.conf"] = "worker_processes 2;" },
        [DriftKind.PackageSet] = new(StringComparer.Ordinal) { ["aragora-wire"] = "2.8.0" },
    };

    public void Move(string release) => (Values["disk"], Values["running"], Values["named"]) = (release, release, release);
}
