namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>Writes down that a run was accepted, as accept.sh does.</summary>
internal static class AcceptModel
{
    public static ScriptAnswer Accept(HostState state, ComposedScript script, DateTimeOffset now)
    {
        var block = new BlockWriter(script.Operation, state.Instance.Name);
        if (state.Records.Find(script["P_DEPLOY"]) is not { } record)
            return ScriptAnswer.Refused(block, $"this host has no record of {script["P_DEPLOY"]}");
        using var held = state.Lock.Take(script["P_WHO"], $"acceptance of {script["P_DEPLOY"]}", now);
        var (outcome, reason) = held is null ? ("locked", $"another has the host: {state.Lock.Owner}")
            : state.Fence.Take(script) ?? ("accepted", "");
        if (outcome == "accepted")
        {
            state.Records.Keep(
                script["P_DEPLOY"],
                new SortedDictionary<string, string>(record.ToDictionary(), StringComparer.Ordinal) { ["accepted"] = $"{now:yyyy-MM-ddTHH:mm:ssZ}" });
        }

        block.Put("outcome", outcome);
        block.Fit("reason", reason, 800);
        return new ScriptAnswer(outcome == "accepted" ? 0 : 1, block.ToString());
    }
}
