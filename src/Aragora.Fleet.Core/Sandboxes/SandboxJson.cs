using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aragora.Fleet.Sandboxes;

/// <summary>How faults travel between a client and a sandbox.</summary>
public static class SandboxJson
{
    /// <summary>Where the faults of a sandbox are read, set and cleared, relative to its endpoint.</summary>
    public const string FaultsPath = "/_sandbox/faults";

    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>As JSON, its kinds by name and its times as <c>hh:mm:ss</c>.</summary>
    public static string Write<T>(T value) => JsonSerializer.Serialize(value, s_options);

    /// <summary>From JSON.</summary>
    /// <exception cref="JsonException">It is none, or holds something unknown.</exception>
    public static T Read<T>(string json) =>
        JsonSerializer.Deserialize<T>(json, s_options) ?? throw new JsonException("The value is null.");
}
