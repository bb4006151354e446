using System.Text;

namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>What a step finds and does, and its log, as lib/facts.sh keeps them.</summary>
internal sealed class StepFacts
{
    private static readonly string[] s_order =
    [
        "outcome", "phase", "from", "to", "ready_ms", "stash", "repaired", "foreign", "proxy", "initdb", "pipcheck",
        "seed", "validate", "step",
    ];

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly StringBuilder _log = new();

    public string this[string key]
    {
        get => _values.GetValueOrDefault(key, "");
        set => _values[key] = value;
    }

    public string Log => _log.ToString();

    public void Phase(string name)
    {
        this["phase"] = name;
        _log.Append($"== {name}\n");
    }

    public void Failed(string reason)
    {
        this["reason"] = reason;
        _log.Append($"FAILED: {reason}\n");
    }

    public void Put(BlockWriter block)
    {
        foreach (var key in s_order.Where(_values.ContainsKey))
            block.Put(key, _values[key], 120);
    }
}
