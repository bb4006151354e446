using System.Text.Json;
using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>ListCommands.</summary>
internal static class CommandList
{
    public static HttpResponse Answer(CommandHistory history, JsonElement arguments)
    {
        var maxResults = arguments.Number("MaxResults", min: 1, max: 50, absent: 50);
        var filters = new CommandFilters(arguments);
        var matching = history.All()
            .Where(filters.Matches)
            .Where(command => filters.MatchesStatus(command.Summary().Status, command.Summary().Details))
            .ToList();
        var (page, next) = PageToken.Cut(matching, maxResults, arguments.Text("NextToken"), "InvalidNextToken");
        return AwsJson.Response(200, json =>
        {
            json.WriteStartArray("Commands");
            foreach (var command in page)
            {
                json.WriteStartObject();
                CommandJson.Write(json, command);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (next is not null)
                json.WriteString("NextToken", next);
        });
    }
}
