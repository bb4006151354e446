using System.Text.Json;

namespace Aragora.Fleet.Sandbox.Wire;

/// <summary>Reads the members of a JSON request; a wrong type is the client's error.</summary>
internal static class JsonArguments
{
    public static JsonElement Parse(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body.Length == 0 ? "{}" : body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw Serialization("the body is no object");
        }
        catch (JsonException e)
        {
            throw Serialization(e.Message);
        }
    }

    /// <summary>A member that is there and not null.</summary>
    public static JsonElement? Member(this JsonElement arguments, string name) =>
        arguments.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string? Text(this JsonElement arguments, string name) => arguments.Member(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        _ => throw Serialization($"{name} is no string"),
    };

    public static string RequiredText(this JsonElement arguments, string name) =>
        arguments.Text(name) ?? throw AwsException.Validation(name, "null", "Member must not be null");

    public static int? Number(this JsonElement arguments, string name) => arguments.Member(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) => number,
        _ => throw Serialization($"{name} is no integer"),
    };

    public static int Number(this JsonElement arguments, string name, int min, int max, int absent)
    {
        var value = arguments.Number(name) ?? absent;
        if (value < min)
            throw AwsException.Validation(name, $"{value}", $"Member must have value greater than or equal to {min}");
        if (value > max)
            throw AwsException.Validation(name, $"{value}", $"Member must have value less than or equal to {max}");
        return value;
    }

    /// <summary>False when it is not there.</summary>
    public static bool Flag(this JsonElement arguments, string name) => arguments.Member(name) switch
    {
        null or { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        _ => throw Serialization($"{name} is no boolean"),
    };

    /// <summary>A text that is there must have a length within these limits.</summary>
    public static void CheckLength(this JsonElement arguments, string name, int min, int max)
    {
        if (arguments.Text(name) is { } text)
            Check(name, text, text.Length, min, max);
    }

    /// <summary>A list that is there must have a length within these limits.</summary>
    public static void CheckCount(this JsonElement arguments, string name, int min, int max)
    {
        if (arguments.Member(name) is not null || min > 0)
            Check(name, "[...]", arguments.Items(name).Count, min, max);
    }

    private static void Check(string name, string value, int length, int min, int max)
    {
        if (length < min)
            throw AwsException.Validation(name, value, $"Member must have length greater than or equal to {min}");
        if (length > max)
            throw AwsException.Validation(name, value, $"Member must have length less than or equal to {max}");
    }

    public static IReadOnlyList<JsonElement> Items(this JsonElement arguments, string name) =>
        arguments.Member(name) switch
        {
            null => [],
            { ValueKind: JsonValueKind.Array } value => [.. value.EnumerateArray()],
            _ => throw Serialization($"{name} is no list"),
        };

    public static IReadOnlyList<string> Texts(this JsonElement arguments, string name) =>
    [
        .. arguments.Items(name).Select(item => item.ValueKind == JsonValueKind.String
            ? item.GetString()!
            : throw Serialization($"{name} holds something that is no string")),
    ];

    private static AwsException Serialization(string message) => new("SerializationException", message);
}
