using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aragora.Fleet.Ports;

/// <summary>Flat records as the text of a parameter.</summary>
internal static class StoredJson
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    };

    /// <summary>
    /// As text that the service takes. It refuses two braces in a row, which a reason may hold: of the opening braces
    /// only the first one opens anything.
    /// </summary>
    public static string Write<T>(T record) => "{" + JsonSerializer.Serialize(record, s_options)[1..]
        .Replace("{", "\\u007b", StringComparison.Ordinal);

    /// <summary>From text; null where it is something else.</summary>
    public static T? Read<T>(string text)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, s_options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
