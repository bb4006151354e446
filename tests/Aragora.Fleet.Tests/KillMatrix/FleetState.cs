namespace Aragora.Fleet.Tests.KillMatrix;

/// <summary>What the fleet is like after a recovery, as the recovering client saw it.</summary>
internal sealed class FleetState(ILookup<string, string> lines)
{
    /// <summary>What the killed client sent last: an operation, and of a deploy its wave.</summary>
    public string Moment => Phase(lines["moment"].FirstOrDefault() ?? "");

    /// <summary>The run that was found; empty where none had been written down.</summary>
    public string Run => lines["run"].FirstOrDefault() ?? "";

    /// <summary>How the run stood when it was found.</summary>
    public string Found => lines["found"].FirstOrDefault() is { Length: > 0 } state ? state : "none";

    /// <summary>
    /// Whether the run turned out to be complete: one counts as running for as long as its client's lock looks alive, and that
    /// may have died when every host was back already.
    /// </summary>
    public bool WasComplete => Found == "Running" && lines["error"].Any(IsComplete);

    /// <summary>How the newest run, the deploy or its restore, stands now; empty where none was found.</summary>
    public string State => lines["state"].FirstOrDefault() ?? "";

    /// <summary>What each host runs.</summary>
    public Dictionary<string, string> Running => ByHost("version").ToDictionary(host => host.Key, host => host.Value.Split(' ')[1]);

    /// <summary>What is wrong with the fleet, whatever it was to be at.</summary>
    public IEnumerable<string> Faults()
    {
        var ledgers = ByHost("ledger");
        foreach (var (id, commits) in ByHost("version"))
        {
            var (disk, running) = (commits.Split(' ')[0], commits.Split(' ')[1]);
            if (disk != running)
                yield return $"{id} has {disk} on disk and runs {running}";
            if (Release(ledgers.GetValueOrDefault(id, "")) is { Length: > 0 } told && told != running)
                yield return $"{id} runs {running}, and its ledger ends with {ledgers[id]}";
        }

        foreach (var (id, verdict) in ByHost("health").Where(host => host.Value != nameof(Verdict.Healthy)))
            yield return $"{id} is {verdict}";
        // A client that was killed before it claimed a host leaves no run to recover; whoever takes the lock next buries its entry.
        foreach (var held in lines["lock"].Where(held => lines["run"].Any(run => run.Length > 0) || !held.Contains(" dead: True", StringComparison.Ordinal)))
            yield return $"a fleet lock is left, of {held}";
        foreach (var error in lines["error"].Where(error => !IsComplete(error)))
            yield return error;
        if (Running.Count != 4 || ByHost("health").Count != 4)
            yield return $"{Running.Count} hosts told their version, and {ByHost("health").Count} their health";
    }

    /// <summary>The release that the last line of a ledger, <c>from to verdict</c>, leaves the host at.</summary>
    private static string Release(string line) => line.Split(' ') switch
    {
        [var from, _, "reverted"] => from,
        [_, var to, "deployed" or "restored" or "observed"] => to,
        [_, _, var verdict] => verdict,
        _ => "",
    };

    private static bool IsComplete(string error) => error.StartsWith("DeployComplete", StringComparison.Ordinal);

    private static string Phase(string comment)
    {
        var words = comment.Split(' ');
        return words switch
        {
            [_, "deploy", _, "wave", var wave, ..] => $"wave {wave}",
            [_, var operation, ..] => operation,
            _ => "nothing sent",
        };
    }

    private Dictionary<string, string> ByHost(string key) =>
        lines[key].Select(line => line.Split(' ', 2)).ToDictionary(pair => pair[0], pair => pair.ElementAtOrDefault(1) ?? "");
}
