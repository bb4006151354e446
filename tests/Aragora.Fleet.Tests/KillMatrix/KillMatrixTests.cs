using System.Diagnostics;
using System.Globalization;
using Aragora.Fleet.Sandboxes;
using Aragora.Fleet.Tests.Scale;
using Xunit.Abstractions;

namespace Aragora.Fleet.Tests.KillMatrix;

/// <summary>
/// A deploy of four live hosts is killed at any moment, or its hosts suffer at any phase, and a machine that knows nothing
/// of it goes on or goes back: then every host is where it was meant to be, well, and nothing is left behind.
/// </summary>
public sealed class KillMatrixTests(ITestOutputHelper output)
{
    private const string Look = "Look";
    private const string Resume = "Resume";
    private const string Restore = "Restore";
    private const string AllBack = "all back";
    private const string AtTarget = "all at the target";
    private const int Seed = 20261124;

    private static readonly string[] s_phases =
        ["lock", "fetch", "install", "restart", "ready", "settle", "back/install", "back/ready"];

    private static readonly SandboxFaultKind[] s_kinds =
        [SandboxFaultKind.LostReply, SandboxFaultKind.HostReboot, SandboxFaultKind.DiskFull, SandboxFaultKind.AgentOffline];

    private readonly List<string> _wrong = [];
    private readonly List<(string Moment, string End, double Seconds)> _rows = [];

    // The two releases between which the rounds go to and fro; which is which is seen in the first two looks.
    private readonly Dictionary<string, string> _commits = [];
    private Dictionary<string, string> _before = [];
    private string _tag = "v2.9.0";
    private string _known = "";

    [Fact]
    public Task A_few_kills_and_a_suffering_host() => RunAsync(kills: 3, [(SandboxFaultKind.DiskFull, "install")]);

    /// <summary>About half an hour; its table is in docs/benchmarks.md.</summary>
    [SoakFact]
    [Trait("Category", "Soak")]
    public Task Fifty_kills_and_every_suffering_at_every_phase() => RunAsync(
        kills: 50, [.. s_kinds.SelectMany(kind => s_phases.Select(phase => (kind, phase)))]);

    private async Task RunAsync(int kills, IReadOnlyList<(SandboxFaultKind Kind, string Phase)> sufferings)
    {
        using var fleet = await MatrixFleet.StartAsync();
        var moments = Moments(kills, await MeasureAsync(fleet));
        for (var i = 0; i < kills; i++)
        {
            // In every third round a host of the second wave fails, so that the kill may hit the way back.
            if (i % 3 == 2)
                await fleet.SetAsync(SandboxFaultKind.ServiceKilled, "settle");
            await fleet.KillAsync(_tag, moments[i]);
            await fleet.ClearAsync();
            await RecoverAsync(fleet, null, i % 2 == 0 ? Restore : Resume);
        }

        foreach (var ((kind, phase), i) in sufferings.Select((suffering, i) => (suffering, i)))
        {
            if (phase.StartsWith("back/", StringComparison.Ordinal))
                await fleet.SetAsync(SandboxFaultKind.ServiceKilled, "settle");
            await fleet.SetAsync(kind, phase);
            await fleet.DeployAsync(_tag);
            await fleet.ClearAsync();
            await RecoverAsync(fleet, $"{kind} at {phase}", i % 2 == 0 ? Restore : Resume);
        }

        Report();
        Assert.True(_wrong.Count == 0, string.Join("\n\n", _wrong));
    }

    /// <summary>How long a run takes that nobody kills; it is taken back again, from another machine.</summary>
    private async Task<TimeSpan> MeasureAsync(MatrixFleet fleet)
    {
        _before = (await fleet.RecoverAsync(Look, "")).State.Running;
        _commits["v2.8.0"] = _before[MatrixFleet.Victim];
        var whole = await fleet.DeployAsync(_tag);
        _commits[_tag] = (await fleet.RecoverAsync(Look, "")).State.Running[MatrixFleet.Victim];
        await RecoverAsync(fleet, "not killed", Restore);
        return whole;
    }

    private async Task RecoverAsync(MatrixFleet fleet, string? moment, string way)
    {
        var clock = Stopwatch.StartNew();
        var (state, text) = await fleet.RecoverAsync(way, _known);
        var end = Judge(state, way, out var wrong);
        _rows.Add((moment ?? state.Moment, $"{state.Found}, {way}: {end}", clock.Elapsed.TotalSeconds));
        if (wrong.Count > 0)
            _wrong.Add($"round {_rows.Count}, {_rows[^1].Moment}, {_rows[^1].End}:\n  {string.Join("\n  ", wrong)}\n{text}");
        _known = state.Run.Length > 0 ? state.Run : _known;
        _before = state.Running;
        if (end == AtTarget)
            _tag = _tag == "v2.9.0" ? "v2.8.0" : "v2.9.0";
    }

    private string Judge(FleetState state, string way, out List<string> wrong)
    {
        wrong = [.. state.Faults()];
        var end = state.Running.Count == 4 && state.Running.All(host => _before.GetValueOrDefault(host.Key) == host.Value) ? AllBack
            : state.Running.Values.All(commit => commit == _commits[_tag]) ? AtTarget
            : "MIXED";
        if (end == "MIXED" || (end == AtTarget && (way == Restore || state.Run.Length == 0)))
            wrong.Add($"{end}: {string.Join(", ", state.Running.Select(host => $"{host.Key} {host.Value}"))}");
        string[] expected = end == AtTarget ? ["Deploy Completed"] : ["Deploy Reverted", "Deploy NotStarted", "Restore Completed", ""];
        if (!expected.Contains(state.State))
            wrong.Add($"{end}, and the newest run is: {state.State}");
        return end;
    }

    /// <summary>One moment in each part of the run, in a random order.</summary>
    private static TimeSpan[] Moments(int count, TimeSpan whole)
    {
        var random = new Random(Seed);
        var moments = Enumerable.Range(0, count).Select(i => whole * ((i + random.NextDouble()) / count)).ToArray();
        random.Shuffle(moments);
        return moments;
    }

    private void Report()
    {
        output.WriteLine("| moment | found, way: end | count | seconds to recover (longest) |");
        output.WriteLine("|---|---|---|---|");
        foreach (var row in _rows.GroupBy(row => (row.Moment, row.End)).OrderBy(group => group.Key))
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {row.Key.Moment} | {row.Key.End} | {row.Count()} | {row.Max(one => one.Seconds):0} |"));
        }
    }
}
