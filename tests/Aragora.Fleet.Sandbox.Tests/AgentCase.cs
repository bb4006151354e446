using System.Text.Json;
using Xunit.Abstractions;

namespace Aragora.Fleet.Sandbox.Tests;

/// <summary>One script of agent-cases.json, and what the agent makes of it.</summary>
public sealed class AgentCase : IXunitSerializable
{
    private static readonly Lazy<IReadOnlyList<JsonElement>> s_all = new(Read);

    private JsonElement _case;

    public static IEnumerable<AgentCase> All => s_all.Value.Select(one => new AgentCase { _case = one });

    public string Script => _case.GetProperty("script").GetString()!;

    public string Directory => _case.TryGetProperty("directory", out var directory) ? directory.GetString()! : "";

    /// <summary>The execution timeout.</summary>
    public int Seconds => _case.TryGetProperty("seconds", out var seconds) ? seconds.GetInt32() : 30;

    public string Details => _case.GetProperty("details").GetString()!;

    /// <summary>The exit code, by this shell and by those before bash 5.2.</summary>
    public IReadOnlyList<int> Codes =>
    [
        _case.GetProperty("code").GetInt32(),
        .. _case.TryGetProperty("codeOfOlderShells", out var other) ? [other.GetInt32()] : Array.Empty<int>(),
    ];

    public string Stdout => Text("stdout")!;

    /// <summary>Null where a shell words what comes before the sentence of the agent.</summary>
    public string? Stderr => Text("stderr");

    public override string ToString() => _case.GetProperty("name").GetString()!;

    public void Serialize(IXunitSerializationInfo info) => info.AddValue("name", ToString());

    public void Deserialize(IXunitSerializationInfo info)
    {
        var name = info.GetValue<string>("name");
        _case = s_all.Value.Single(one => one.GetProperty("name").GetString() == name);
    }

    private static IReadOnlyList<JsonElement> Read()
    {
        using var stream = typeof(AgentCase).Assembly.GetManifestResourceStream("agent-cases.json")!;
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    /// <summary>A text, or one that is repeated between two others.</summary>
    private string? Text(string name)
    {
        var value = _case.GetProperty(name);
        if (value.ValueKind is JsonValueKind.String or JsonValueKind.Null)
        {
            return value.GetString();
        }

        var repeated = string.Concat(
            Enumerable.Repeat(value.GetProperty("text").GetString(), value.GetProperty("times").GetInt32()));
        return value.GetProperty("before").GetString() + repeated + value.GetProperty("after").GetString();
    }
}
