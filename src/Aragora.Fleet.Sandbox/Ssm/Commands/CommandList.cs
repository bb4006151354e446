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
        var filters = CommandFilters.ForCommands(arguments);
        var matching = filters.Select(history).Where(command => Matches(filters, command)).ToList();
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

    private static bool Matches(CommandFilters filters, RunCommand command)
    {
        var (status, details) = command.Count().Summary(command.MaxErrors);
        return filters.MatchesStatus(status, details);
    }
}
