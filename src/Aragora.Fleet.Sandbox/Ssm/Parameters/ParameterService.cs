using System.Text.Json;
using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Parameters;

/// <summary>The operations of Parameter Store.</summary>
internal static class ParameterService
{
    private const int MaxNames = 10;

    public static HttpResponse Put(ParameterStore store, JsonElement arguments)
    {
        var parameter = store.Put(ParameterDraft.Parse(arguments, store.Region));
        return AwsJson.Response(200, json =>
        {
            json.WriteNumber("Version", parameter.Version);
            json.WriteString("Tier", parameter.Tier);
        });
    }

    public static HttpResponse Get(ParameterStore store, JsonElement arguments)
    {
        var name = ParameterName.ForRead(arguments.RequiredText("Name"));
        var parameter = store.Find(name) ?? throw NotFound();
        return AwsJson.Response(200, json =>
        {
            json.WritePropertyName("Parameter");
            Write(json, parameter, name.Selector, store.Region, arguments.Flag("WithDecryption"));
        });
    }

    public static HttpResponse GetSeveral(ParameterStore store, JsonElement arguments)
    {
        var found = Names(arguments)
            .Select(text => (Text: text, Name: ParameterName.ForRead(text)))
            .Select(asked => (asked.Text, asked.Name.Selector, Parameter: FindVersion(store, asked.Name)))
            .ToLookup(asked => asked.Parameter is not null);
        return AwsJson.Response(200, json =>
        {
            json.WriteStartArray("Parameters");
            foreach (var (_, selector, parameter) in found[true])
                Write(json, parameter!, selector, store.Region, arguments.Flag("WithDecryption"));
            json.WriteEndArray();
            json.WriteStrings("InvalidParameters", found[false].Select(asked => asked.Text));
        });
    }

    public static HttpResponse GetByPath(ParameterStore store, JsonElement arguments)
    {
        var path = arguments.RequiredText("Path").Trim(' ');
        if (!path.StartsWith('/'))
        {
            throw new AwsException(
                "ValidationException",
                "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a "
                + "forward slash \"/\".");
        }

        var maxResults = arguments.Number("MaxResults", min: 1, max: 10, absent: 10);
        var types = TypeFilter(arguments);
        var matching = store.Under(path, arguments.Flag("Recursive"))
            .Where(parameter => types is null || types.Contains(parameter.Type))
            .ToList();
        var (page, next) = PageToken.Cut(matching, maxResults, arguments.Text("NextToken"), "InvalidNextToken");
        return AwsJson.Response(200, json =>
        {
            json.WriteStartArray("Parameters");
            foreach (var parameter in page)
                Write(json, parameter, selector: null, store.Region, arguments.Flag("WithDecryption"));
            json.WriteEndArray();
            if (next is not null)
                json.WriteString("NextToken", next);
        });
    }

    public static HttpResponse Delete(ParameterStore store, JsonElement arguments) =>
        store.Delete(ParameterName.ForRead(arguments.RequiredText("Name")).Name)
            ? AwsJson.Response(200, _ => { })
            : throw NotFound();

    public static HttpResponse DeleteSeveral(ParameterStore store, JsonElement arguments)
    {
        var gone = Names(arguments).ToLookup(name => store.Delete(ParameterName.ForRead(name).Name));
        return AwsJson.Response(200, json =>
        {
            json.WriteStrings("DeletedParameters", gone[true]);
            json.WriteStrings("InvalidParameters", gone[false]);
        });
    }

    private static AwsException NotFound() => new("ParameterNotFound", "");

    /// <summary>GetParameters has one list for whatever is not there, a version too.</summary>
    private static Parameter? FindVersion(ParameterStore store, ParameterName name)
    {
        try
        {
            return store.Find(name);
        }
        catch (AwsException e) when (e.Code == "ParameterVersionNotFound")
        {
            return null;
        }
    }

    private static IReadOnlyList<string> Names(JsonElement arguments)
    {
        arguments.CheckCount("Names", 1, MaxNames);
        return [.. arguments.Texts("Names").Distinct()];
    }

    private static IReadOnlyList<string>? TypeFilter(JsonElement arguments)
    {
        IReadOnlyList<string>? types = null;
        foreach (var filter in arguments.Items("ParameterFilters"))
        {
            if (filter.RequiredText("Key") is var key && key != "Type")
                throw new AwsException("InvalidFilterKey", $"The filter key {key} is not supported here.");
            if (filter.Text("Option") is not (null or "Equals"))
                throw new AwsException("InvalidFilterOption", "The filter option is not valid. Valid option: Equals.");
            types = filter.Texts("Values");
        }

        return types;
    }

    private static void Write(
        Utf8JsonWriter json, Parameter parameter, string? selector, string region, bool withDecryption)
    {
        var isHidden = parameter.Type == ParameterType.Secret && !withDecryption;
        json.WriteStartObject();
        json.WriteString("Name", parameter.Name);
        json.WriteString("Type", parameter.Type);
        json.WriteString("Value", isHidden ? parameter.Ciphertext : parameter.Value);
        json.WriteNumber("Version", parameter.Version);
        if (selector is not null)
            json.WriteString("Selector", ":" + selector);
        json.WriteTime("LastModifiedDate", parameter.ModifiedAt);
        json.WriteString("ARN", ParameterName.Arn(parameter.Name, region));
        json.WriteString("DataType", parameter.DataType);
        json.WriteEndObject();
    }
}
