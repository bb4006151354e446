using System.Text.Json;
using Aragora.Fleet.Sandbox.Http;

namespace Aragora.Fleet.Sandbox.Wire;

/// <summary>AWS JSON 1.1: one object in, one object out.</summary>
internal static class AwsJson
{
    public static HttpResponse Response(int status, Action<Utf8JsonWriter> writeMembers)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            writeMembers(json);
            json.WriteEndObject();
        }

        return new HttpResponse(status, "application/x-amz-json-1.1", stream.ToArray());
    }

    /// <summary>Epoch seconds with a fraction, as SSM sends times.</summary>
    public static void WriteTime(this Utf8JsonWriter json, string name, DateTimeOffset time) =>
        json.WriteNumber(name, time.ToUnixTimeMilliseconds() / 1000m);

    public static void WriteStrings(this Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
