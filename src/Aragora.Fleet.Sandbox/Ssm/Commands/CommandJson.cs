using System.Text.Json;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>Writes the members of a Command.</summary>
internal static class CommandJson
{
    /// <summary>As SendCommand answers: nothing has begun, and the targets are not counted yet.</summary>
    public static void WriteAsSent(Utf8JsonWriter json, RunCommand command) =>
        Write(json, command, ("Pending", "Pending"), targets: 0, default);

    public static void Write(Utf8JsonWriter json, RunCommand command)
    {
        var count = command.Count();
        Write(json, command, count.Summary(command.MaxErrors), command.Invocations.Count, count);
    }

    private static void Write(
        Utf8JsonWriter json, RunCommand command, (string Status, string Details) summary, int targets, Tally count)
    {
        var order = command.Order;
        json.WriteString("CommandId", command.Id);
        json.WriteString("DocumentName", SendCommandRequest.Document);
        json.WriteString("DocumentVersion", order.DocumentVersion);
        json.WriteString("Comment", order.Comment);
        json.WriteTime("ExpiresAfter", command.ExpiresAt);
        json.WritePropertyName("Parameters");
        order.Parameters.WriteTo(json);
        json.WriteStrings("InstanceIds", order.InstanceIds);
        json.WritePropertyName("Targets");
        if (order.Targets is { } requested)
            requested.WriteTo(json);
        else
            json.WriteRawValue("[]");
        json.WriteTime("RequestedDateTime", command.RequestedAt);
        json.WriteString("OutputS3BucketName", "");
        json.WriteString("OutputS3KeyPrefix", "");
        json.WriteString("ServiceRole", "");
        json.WriteString("Status", summary.Status);
        json.WriteString("StatusDetails", summary.Details);
        json.WriteString("MaxConcurrency", order.MaxConcurrency.Text);
        json.WriteString("MaxErrors", order.MaxErrors.Text);
        json.WriteNumber("TargetCount", targets);
        json.WriteNumber("CompletedCount", count.Completed);
        json.WriteNumber("ErrorCount", count.Errors);
        json.WriteNumber("DeliveryTimedOutCount", count.DeliveryTimedOut);
        json.WriteNumber("TimeoutSeconds", (int)order.DeliveryTimeout.TotalSeconds);
    }
}
