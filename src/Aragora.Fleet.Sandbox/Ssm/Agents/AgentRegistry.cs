using System.Text.Json;
using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Agents;

/// <summary>DescribeInstanceInformation: what the agents have reported of themselves.</summary>
internal static class AgentRegistry
{
    private const string TagPrefix = "tag:";
    private const string Online = "Online";
    private const string AgentVersion = "3.3.987.0";
    private const string ResourceType = "EC2Instance";
    private const string SourceType = "AWS::EC2::Instance";

    public static HttpResponse Answer(
        IReadOnlyList<SimulatedInstance> managed, JsonElement arguments, TimeProvider clock)
    {
        var maxResults = arguments.Number("MaxResults", min: 5, max: 50, absent: 10);
        // "Doesn't return stopped or terminated instances" (amazon-ssm-agent, issue 407).
        var matching = managed.Where(instance => instance.State == "running").Where(Condition(arguments)).ToList();
        var (page, next) = PageToken.Cut(matching, maxResults, arguments.Text("NextToken"), "InvalidNextToken");
        return AwsJson.Response(200, json =>
        {
            json.WriteStartArray("InstanceInformationList");
            foreach (var instance in page)
                Write(json, instance, clock.GetUtcNow());
            json.WriteEndArray();
            if (next is not null)
                json.WriteString("NextToken", next);
        });
    }

    private static Func<SimulatedInstance, bool> Condition(JsonElement arguments)
    {
        var (filters, legacy) = (arguments.Items("Filters"), arguments.Items("InstanceInformationFilterList"));
        if (filters.Count > 0 && legacy.Count > 0)
        {
            throw new AwsException(
                "ValidationException", "Filters and InstanceInformationFilterList must not be combined.");
        }

        var conditions = filters.Select(filter => Condition(filter, "Key", "Values"))
            .Concat(legacy.Select(filter => Condition(filter, "key", "valueSet")))
            .ToList();
        var byTag = filters.Count(filter => filter.RequiredText("Key").StartsWith("tag", StringComparison.Ordinal));
        if (byTag > 0 && byTag < filters.Count)
        {
            throw new AwsException(
                "InvalidInstanceInformationFilterValue", "Tag filters must not be combined with other filters.");
        }

        return instance => conditions.TrueForAll(condition => condition(instance));
    }

    private static Func<SimulatedInstance, bool> Condition(JsonElement filter, string keyName, string valuesName)
    {
        filter.CheckCount(valuesName, 1, 100);
        return Condition(filter.RequiredText(keyName), filter.Texts(valuesName));
    }

    private static Func<SimulatedInstance, bool> Condition(string key, IReadOnlyList<string> values) => key switch
    {
        "InstanceIds" => instance => values.Contains(instance.Id),
        "PingStatus" => _ => values.Contains(Online),
        "AgentVersion" => _ => values.Contains(AgentVersion),
        "ResourceType" => _ => values.Contains(ResourceType),
        "SourceIds" => instance => values.Contains(instance.Id),
        "SourceTypes" => _ => values.Contains(SourceType),
        // No agent here comes of an activation, has a role of its own or is under an association.
        "ActivationIds" or "IamRole" or "AssociationStatus" => _ => false,
        "PlatformTypes" or "PlatformType" => _ => values.Contains("Linux"),
        "tag-key" => instance => instance.Tags.Keys.Intersect(values).Any(),
        _ when key.StartsWith(TagPrefix, StringComparison.Ordinal) => instance =>
            instance.Tags.TryGetValue(key[TagPrefix.Length..], out var value) && values.Contains(value),
        _ => throw new AwsException("InvalidFilterKey", $"The filter key {key} is not valid."),
    };

    private static void Write(Utf8JsonWriter json, SimulatedInstance instance, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteString("InstanceId", instance.Id);
        json.WriteString("PingStatus", Online);
        json.WriteTime("LastPingDateTime", now.AddSeconds(-instance.Ordinal));
        json.WriteString("AgentVersion", AgentVersion);
        json.WriteBoolean("IsLatestVersion", true);
        json.WriteString("PlatformType", "Linux");
        json.WriteString("PlatformName", "Amazon Linux");
        json.WriteString("PlatformVersion", instance.Layout.PlatformVersion);
        json.WriteString("ResourceType", ResourceType);
        json.WriteString("IPAddress", instance.PrivateIp);
        json.WriteString("ComputerName", instance.PrivateDnsName);
        json.WriteString("SourceId", instance.Id);
        json.WriteString("SourceType", SourceType);
        json.WriteEndObject();
    }
}
