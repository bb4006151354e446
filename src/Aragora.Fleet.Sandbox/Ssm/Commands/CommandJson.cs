using System.Text.Json;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>Writes the members of a Command.</summary>
internal static class CommandJson
{
    /// <summary>As SendCommand answers: nothing has begun, and the targets are not counted yet.</summary>
    public static void WriteAsSent(Utf8JsonWriter json, RunCommand command) =>
        Write(json, command, ("Pending", "Pending"), targets: 0, completed: 0, errors: 0);

    public static void Write(Utf8JsonWriter json, RunCommand command) => Write(
        json, command, command.Summary(), command.Invocations.Count, command.CompletedCount, command.ErrorCount);

    private static void Write(
        Utf8JsonWriter json, RunCommand command, (string Status, string Details) summary,
        int targets, int completed, int errors)
    {
        var order = command.Order;
        json.WriteString("CommandId", command.Id);
        json.WriteString("DocumentName", SendCommandRequest.Document);
        json.WriteString("DocumentVersion", "$DEFAULT");
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
        json.WriteString("Status", summary.Status);
        json.WriteString("StatusDetails", summary.Details);
        json.WriteString("MaxConcurrency", order.MaxConcurrency.Text);
        json.WriteString("MaxErrors", order.MaxErrors.Text);
        json.WriteNumber("TargetCount", targets);
        json.WriteNumber("CompletedCount", completed);
        json.WriteNumber("ErrorCount", errors);
        json.WriteNumber("DeliveryTimedOutCount", 0);
        json.WriteNumber("TimeoutSeconds", (int)order.DeliveryTimeout.TotalSeconds);
    }
}
