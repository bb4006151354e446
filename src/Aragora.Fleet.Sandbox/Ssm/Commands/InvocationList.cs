using System.Text.Json;
using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>ListCommandInvocations.</summary>
internal static class InvocationList
{
    public static HttpResponse Answer(CommandHistory history, JsonElement arguments)
    {
        var maxResults = arguments.Number("MaxResults", min: 1, max: 50, absent: 50);
        var details = arguments.Flag("Details");
        var filters = CommandFilters.ForInvocations(arguments);
        var matching = filters.Select(history)
            .Where(history.Shows)
            .SelectMany(filters.Select, (command, invocation) => (command, invocation))
            .Where(row => filters.MatchesStatus(row.invocation.State.Status, row.invocation.State.Details))
            .ToList();
        var (page, next) = PageToken.Cut(matching, maxResults, arguments.Text("NextToken"), "InvalidNextToken");
        return AwsJson.Response(200, json =>
        {
            json.WriteStartArray("CommandInvocations");
            foreach (var (command, invocation) in page)
                WriteInvocation(json, command, invocation, details);
            json.WriteEndArray();
            if (next is not null)
                json.WriteString("NextToken", next);
        });
    }

    private static void WriteInvocation(Utf8JsonWriter json, RunCommand command, Invocation invocation, bool details)
    {
        json.WriteStartObject();
        json.WriteString("CommandId", command.Id);
        json.WriteString("InstanceId", invocation.InstanceId);
        json.WriteString("InstanceName", invocation.InstanceName);
        json.WriteString("Comment", command.Order.Comment);
        json.WriteString("DocumentName", SendCommandRequest.Document);
        json.WriteString("DocumentVersion", command.Order.DocumentVersion);
        json.WriteTime("RequestedDateTime", command.RequestedAt);
        json.WriteString("Status", invocation.State.Status);
        json.WriteString("StatusDetails", invocation.State.Details);
        json.WriteStartArray("CommandPlugins");
        if (details)
            WritePlugin(json, invocation);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePlugin(Utf8JsonWriter json, Invocation invocation)
    {
        json.WriteStartObject();
        json.WriteString("Name", InvocationDetail.Plugin);
        json.WriteString("Status", invocation.State.Status);
        json.WriteString("StatusDetails", invocation.State.Details);
        json.WriteNumber("ResponseCode", invocation.ResponseCode);
        if (invocation.Outcome is { } outcome)
        {
            json.WriteTime("ResponseStartDateTime", outcome.Started);
            json.WriteTime("ResponseFinishDateTime", outcome.Ended);
            json.WriteString("Output", OutputLimits.Combine(outcome.Stdout, outcome.Stderr));
        }
        else
        {
            json.WriteString("Output", "");
        }

        json.WriteEndObject();
    }
}
