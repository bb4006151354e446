using System.Diagnostics;
using System.Globalization;

namespace Aragora.Fleet.Tests.KillMatrix;

/// <summary>Rounds on one fleet, each from where the one before left it.</summary>
internal sealed class MatrixRun : IDisposable
{
    private const string Look = "Look";
    private const string AllBack = "all back";
    private const string AtTarget = "all at the target";

    private static readonly string[] s_unfinished = ["NotStarted", "Running", "Incomplete"];

    private readonly MatrixFleet _fleet;
    private readonly MatrixReport _report;

    // The two releases between which the rounds go to and fro; which is which is seen in the first two looks.
    private readonly Dictionary<string, string> _commits = [];
    private Dictionary<string, string> _before = [];
    private TimeSpan _whole;
    private string _tag = "v2.9.0";
    private string _known = "";

    private MatrixRun(MatrixFleet fleet, MatrixReport report) => (_fleet, _report) = (fleet, report);

    /// <summary>Takes a fleet over, and measures a run that nobody disturbs; it is taken back again, from another machine.</summary>
    public static async Task<MatrixRun> StartAsync(MatrixFleet fleet, MatrixReport report)
    {
        var run = new MatrixRun(fleet, report);
        try
        {
            run._before = (await run._fleet.RecoverAsync(Look, "")).State.Running;
            run._commits["v2.8.0"] = run._before[MatrixFleet.Victim];
            (run._whole, var words) = await run._fleet.DeployAsync(run._tag);
            run._commits[run._tag] = (await run._fleet.RecoverAsync(Look, "")).State.Running[MatrixFleet.Victim];
            await run.RecoverAsync(new MatrixRound("not disturbed", MatrixRound.Restore), "whole", words, []);
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>Runs a round and tells of it.</summary>
    /// <returns>Whether all was well, so that another round can follow on this fleet.</returns>
    public async Task<bool> RunAsync(MatrixRound round)
    {
        try
        {
            if (round.Fails)
                await _fleet.FailAsync();
            return round.KilledAt is { } moment ? await KillAsync(round, moment) : await SufferAsync(round);
        }
        catch (Exception e)
        {
            _report.Add(round, "", "no end", 0, [e.Message], e.ToString());
            return false;
        }
    }

    public void Dispose() => _fleet.Dispose();

    private async Task<bool> KillAsync(MatrixRound round, double moment)
    {
        var after = _whole * moment;
        var words = await _fleet.KillAsync(_tag, after);
        await _fleet.ClearAsync();
        var when = string.Create(CultureInfo.InvariantCulture, $"killed after {after.TotalSeconds:0.00} s of {_whole.TotalSeconds:0.00} s");
        return await RecoverAsync(round, null, $"{when}{(round.Fails ? ", on a run that fails" : "")}\n{words}", []);
    }

    private async Task<bool> SufferAsync(MatrixRound round)
    {
        await _fleet.SetAsync(round.Kind!.Value, round.Phase);
        var (_, words) = await _fleet.DeployAsync(_tag);
        var waiting = await _fleet.WaitingAsync();
        await _fleet.ClearAsync();
        return await RecoverAsync(round, round.Phase, words, waiting.Select(fault => $"{fault.Kind} at {fault.Phase} never struck"));
    }

    private async Task<bool> RecoverAsync(MatrixRound round, string? moment, string words, IEnumerable<string> findings)
    {
        var clock = Stopwatch.StartNew();
        var (state, text) = await _fleet.RecoverAsync(round.Way, _known);
        var end = Judge(state, round.Way, out var wrong);
        wrong.AddRange(findings);
        _report.Add(
            round, moment ?? state.Moment, $"{state.Found}, {round.Way}: {end}", clock.Elapsed.TotalSeconds, wrong,
            $"to {_tag}\n-- the deploy\n{words}\n-- the recovery\n{text}");
        _known = state.Run.Length > 0 ? state.Run : _known;
        _before = state.Running;
        if (end == AtTarget)
            _tag = _tag == "v2.9.0" ? "v2.8.0" : "v2.9.0";
        return wrong.Count == 0;
    }

    private string Judge(FleetState state, string way, out List<string> wrong)
    {
        wrong = [.. state.Faults()];
        var end = state.Running.Count == 4 && state.Running.All(host => _before.GetValueOrDefault(host.Key) == host.Value) ? AllBack
            : state.Running.Values.All(release => release == _commits[_tag] || release == _tag[1..]) ? AtTarget
            : "MIXED";
        if (end == "MIXED" || (end == AtTarget && (way == MatrixRound.Restore || state.Run.Length == 0)))
            wrong.Add($"{end}: {string.Join(", ", state.Running.Select(host => $"{host.Key} {host.Value}"))}");
        if (end != AtTarget && way == MatrixRound.Resume && s_unfinished.Contains(state.Found) && !state.WasComplete)
            wrong.Add($"{end}, though a run that was {state.Found} was to be gone on with");
        string[] expected = end == AtTarget ? ["Deploy Completed"] : ["Deploy Reverted", "Deploy NotStarted", "Restore Completed", ""];
        if (!expected.Contains(state.State))
            wrong.Add($"{end}, and the newest run is: {state.State}");
        return end;
    }
}
