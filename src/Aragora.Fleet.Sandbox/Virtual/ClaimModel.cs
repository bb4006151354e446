namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>Takes a host for a run, as claim.sh does.</summary>
internal sealed class ClaimModel
{
    /// <summary>A virtual host's disk is never full.</summary>
    private const string FreeMegabytes = "20480";

    private readonly HostState _state;
    private readonly ComposedScript _script;
    private readonly string _now;
    private string _phase = "lock";
    private string _from = "";

    private ClaimModel(HostState state, ComposedScript script, DateTimeOffset now) =>
        (_state, _script, _now) = (state, script, $"{now:yyyy-MM-ddTHH:mm:ssZ}");

    public static ScriptAnswer Claim(HostState state, ComposedScript script, DateTimeOffset now)
    {
        using var held = state.Lock.Take(script["P_WHO"], $"claim of {script["P_DEPLOY"]}", now);
        var claim = new ClaimModel(state, script, now);
        var (outcome, reason) = held is null
            ? ("locked", $"another has the host: {state.Lock.Owner}")
            : claim.Judge();
        return claim.Answer(outcome, reason);
    }

    private (string Outcome, string Reason) Judge()
    {
        _phase = "fence";
        if (_state.Fence.Take(_script) is { } barred)
            return barred;
        _phase = "layout";
        var unit = ReadModel.Unit(_script);
        if (unit != HostState.Unit)
            return ("refused", $"the unit {unit} is not there (LoadState 'not-found')");
        _phase = "moved";
        (_from, var moved) = _state.Expect(_script, _script.LineOf("P_TARGETS", _state.Instance.Id));
        if (moved is not null)
            return ("moved", moved);
        _phase = "record";
        Record(unit);
        return ("claimed", "");
    }

    private void Record(string unit)
    {
        var earlier = _state.Records.Find(_script["P_DEPLOY"]);
        _from = earlier?["from"] ?? _from;
        var record = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in _script["P_RECORD"].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var space = line.IndexOf(' ');
            record[space < 0 ? line : line[..space]] = space < 0 ? "" : line[(space + 1)..];
        }

        record["target"] = _script.LineOf("P_TARGETS", _state.Instance.Id);
        var wave = _script.LineOf("P_WAVES", _state.Instance.Id);
        record["wave"] = wave.Length > 0 ? wave : earlier?["wave"] ?? "";
        (record["from"], record["claimed"], record["renewed"]) = (_from, earlier?["claimed"] ?? _now, _now);
        (record["token"], record["unit"], record["branch"]) = (_script["P_TOKEN"], unit, _script["P_BRANCH"]);
        (record["who"], record["reason"]) = (_script["P_WHO"], _script["P_REASON"]);
        _state.Records.Keep(_script["P_DEPLOY"], record);
    }

    private ScriptAnswer Answer(string outcome, string reason)
    {
        var block = new BlockWriter(_script.Operation, _state.Instance.Name);
        block.Put("outcome", outcome);
        block.Put("phase", _phase);
        block.Put("disk", _state.DiskId);
        block.Put("running", _state.RunningId ?? "");
        block.Put("from", _from);
        block.Put("dirty", "0");
        block.Put("free_mb", FreeMegabytes);
        block.Put("fence", $"{_state.Fence.Token}");
        _state.Report(block, ReadModel.Unit(_script));
        block.Fit("reason", reason, 800);
        return new ScriptAnswer(outcome == "claimed" ? 0 : 1, block.ToString());
    }
}
