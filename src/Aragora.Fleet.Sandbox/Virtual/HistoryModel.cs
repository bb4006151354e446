using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>Tells what ran on a host and what became of the runs that had it, as history.sh does.</summary>
internal sealed class HistoryModel(HostState state)
{
    public async Task<ScriptAnswer> AnswerAsync(ComposedScript script, TimeProvider clock, CancellationToken cancellationToken)
    {
        var block = new BlockWriter(script.Operation, state.Instance.Name);
        var unit = ReadModel.Unit(script);
        block.Put("mode", unit == HostState.Unit ? state.Mode : "none");
        if (unit != HostState.Unit)
            return ScriptAnswer.Refused(block, "the service is laid out as 'none'; it has no releases to go back to");
        var deploy = script["P_DEPLOY"];
        if (deploy.Length > 0 && state.Steps.Newest(deploy) is { } underWay)
            await WaitAsync(underWay.End, TimeSpan.FromSeconds(script.Number("P_WAIT")), clock, cancellationToken);

        var lines = state.Ledger.Lines;
        var points = new RollbackPoints(lines, script["P_BEFORE"]);
        var now = state.RunningId ?? state.DiskId;
        block.Put("unit", unit);
        block.Put("disk", state.DiskId);
        block.Put("running", state.RunningId ?? "");
        block.Put("previous", points.Previous(now));
        block.Put("lastgood", points.LastGood);
        if (deploy.Length > 0)
            PutRun(block, lines, deploy);
        else
            PutRuns(block, lines, script.Number("P_RUNS"));
        if (script["P_BEFORE"].Length > 0)
            block.Put("ledger.begins", lines.FirstOrDefault()?.When ?? "");
        if (script["P_BEFORE"].Length > 0 && points.Of(points.At) is { } at)
            PutAt(block, at);
        string[] named = [.. script["P_NAMED"].Split(' ', StringSplitOptions.RemoveEmptyEntries), Ends(lines, deploy).From];
        foreach (var (point, index) in points.Failed
            .Where(point => Array.Exists(named, name => point.Commit.StartsWith(name, StringComparison.Ordinal)))
            .Select((point, index) => (point, index)))
        {
            block.Put($"failed.{index}", $"{point.Commit} {point.FailedIn}");
        }

        foreach (var (point, index) in points.Good
            .Where(point => point.Commit != now).Take(script.Number("P_POINTS")).Select((point, index) => (point, index)))
        {
            block.Put($"point.{index}", Text(point));
        }

        return new ScriptAnswer(0, block.ToString());
    }

    private static async Task WaitAsync(Task end, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            await end.WaitAsync(patience, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // It is told as running.
        }
    }

    private void PutAt(BlockWriter block, RollbackPoints.Point at)
    {
        if (at.Worth == RollbackPoints.Worth.Good)
            block.Put("at", Text(at));
        else
            block.Put(at.Worth == RollbackPoints.Worth.Failed ? "at.failed" : "at.undone", at.Commit);
    }

    private string Text(RollbackPoints.Point point) =>
        $"{point.Commit} {point.When} {(state.Holds(point.Commit) ? 1 : 0)} {point.Deploy} {point.Origin}";

    private void PutRuns(BlockWriter block, LedgerLine[] lines, int most)
    {
        var ids = Ids(lines).OrderDescending(StringComparer.Ordinal);
        foreach (var (id, index) in ids.Take(most).Select((id, index) => (id, index)))
            block.Put($"deploy.{index}", RunText(lines, id, Outcome(id).Word));
    }

    private void PutRun(BlockWriter block, LedgerLine[] lines, string deploy)
    {
        var record = state.Records.Find(deploy);
        if (record is null && !Array.Exists(lines, line => line.Deploy == deploy && line.Kind != "Foreign"))
            return;
        var (word, step, result) = Outcome(deploy);
        block.Put("deploy.0", RunText(lines, deploy, word));
        if (step is not null)
        {
            block.Put("step.id", step);
            block.Put("step.outcome", result?.Text("outcome") ?? word!);
        }

        if (result?.Text("phase") is { } phase)
            block.Put("step.phase", phase);
        foreach (var (key, value) in record ?? new Dictionary<string, string>())
            block.Put("record." + key, value);
        if (result?.Text("reason") is { } reason)
            block.Fit("step.reason", reason, 400);
    }

    private string RunText(LedgerLine[] lines, string id, string? outcome)
    {
        var own = Array.FindAll(lines, line => line.Deploy == id && line.Kind != "Foreign");
        var first = own.FirstOrDefault();
        var record = state.Records.Find(id);
        var (from, to) = Ends(lines, id);
        var after = IsReturned(lines, id, from) ? "returned"
            : record?.GetValueOrDefault("accept") == "1" && !record.ContainsKey("accepted") ? "unaccepted"
            : "-";
        return $"{id} {record?.GetValueOrDefault("kind") ?? first?.Kind ?? "-"} {record?["claimed"] ?? first?.When ?? "-"} "
            + $"{from} {to} {outcome ?? own.LastOrDefault()?.Verdict ?? "claimed"} {after} "
            + (record?["wave"] is { Length: > 0 } wave ? wave : "-");
    }

    /// <summary>Where a run found the host, and where it was to bring it.</summary>
    private (string From, string To) Ends(LedgerLine[] lines, string id)
    {
        var record = state.Records.Find(id);
        var first = Array.Find(lines, line => line.Deploy == id && line.Kind != "Foreign");
        return (record?["from"] ?? first?.From ?? "-", record?["target"] ?? first?.To ?? "-");
    }

    /// <summary>Whether a later run left the host where this one had found it, and it still is there.</summary>
    private bool IsReturned(LedgerLine[] lines, string id, string from) =>
        from == state.DiskId && from == state.RunningId && Ids(lines).Any(later =>
            string.CompareOrdinal(later, id) > 0 && Ends(lines, later) is var ends && ends.To == from
            && Array.FindLast(lines, line => line.Deploy == later && line.Kind != "Foreign")?.Verdict switch
            {
                "deployed" or "restored" => true,
                null => ends.From == from,
                _ => false,
            });

    private IEnumerable<string> Ids(LedgerLine[] lines) => lines.Where(line => line.Kind != "Foreign").Select(line => line.Deploy)
        .Concat(state.Records.Ids).Distinct(StringComparer.Ordinal);

    /// <summary>How the newest step of a run ended here, and its answer; no word where it had none.</summary>
    private (string? Word, string? Step, ResultBlock? Result) Outcome(string deploy)
    {
        if (state.Steps.Newest(deploy) is not { } newest)
            return (null, null, null);
        if (!newest.End.IsCompletedSuccessfully)
            return ("running", newest.Id, null);
        var result = ResultBlock.Read(newest.End.Result.Stdout);
        var word = result.Text("outcome") ?? "unknown";
        var isBack = newest.Id.StartsWith(deploy + "-back", StringComparison.Ordinal);
        return ((isBack, word) switch
        {
            (true, "current") => "restored",
            (true, "refused" or "locked" or "fenced") => "failed",
            _ => word,
        }, newest.Id, result);
    }
}
