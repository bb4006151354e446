namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>Answers pulse.sh. A virtual host has no journal, so it tells of no errors.</summary>
internal static class PulseModel
{
    public static ScriptAnswer Answer(HostState state, ComposedScript script)
    {
        var block = new BlockWriter(script.Operation, state.Instance.Name);
        var isKnown = ReadModel.Unit(script) == HostState.Unit;
        var ready = isKnown ? state.Ask("/readyz")?.Status ?? 0 : 0;
        var runs = isKnown && state.Running is not null;
        block.Put("active", !isKnown ? "inactive" : runs ? "active" : "activating");
        block.Put("sub", !isKnown ? "dead" : runs ? "running" : "auto-restart");
        block.Put("pid", runs ? $"{state.ProcessId}" : "0");
        block.Put("restarts", "0");
        block.Put("ready", $"{ready}");
        block.Put("errors", "0");
        block.Put("lines", "0");
        return new ScriptAnswer(0, block.ToString());
    }
}
