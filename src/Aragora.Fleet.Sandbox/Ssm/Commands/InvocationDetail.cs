using System.Text.Json;
using System.Xml;
using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>GetCommandInvocation.</summary>
internal static class InvocationDetail
{
    public const string Plugin = "aws:runShellScript";

    public static HttpResponse Answer(CommandHistory history, JsonElement arguments)
    {
        var commandId = arguments.RequiredText("CommandId");
        arguments.CheckLength("CommandId", 36, 36);
        arguments.CheckLength("PluginName", 4, int.MaxValue);
        var instanceId = CommandPatterns.Match(
            "InstanceId", arguments.RequiredText("InstanceId"), CommandPatterns.InstanceId());
        if (arguments.Text("PluginName") is { } plugin && plugin != Plugin)
            throw new AwsException("InvalidPluginName", $"The plugin {plugin} is not valid.");
        if (history.Find(commandId) is not { } command || !history.Shows(command)
            || command.On(instanceId) is not { } invocation)
        {
            throw new AwsException("InvocationDoesNotExist", "");
        }

        return AwsJson.Response(200, json => Write(json, command, invocation));
    }

    private static void Write(Utf8JsonWriter json, RunCommand command, Invocation invocation)
    {
        var outcome = invocation.Outcome;
        json.WriteString("CommandId", command.Id);
        json.WriteString("InstanceId", invocation.InstanceId);
        json.WriteString("Comment", command.Order.Comment);
        json.WriteString("DocumentName", SendCommandRequest.Document);
        json.WriteString("DocumentVersion", command.Order.DocumentVersion);
        json.WriteString("PluginName", Plugin);
        json.WriteNumber("ResponseCode", invocation.ResponseCode);
        json.WriteString("ExecutionStartDateTime", outcome is null ? "" : AwsXml.Time(outcome.Started));
        json.WriteString("ExecutionEndDateTime", outcome is null ? "" : AwsXml.Time(outcome.Ended));
        json.WriteString(
            "ExecutionElapsedTime", outcome is null ? "" : XmlConvert.ToString(outcome.Ended - outcome.Started));
        json.WriteString("Status", invocation.State.Status);
        json.WriteString("StatusDetails", invocation.State.Details);
        json.WriteString("StandardOutputContent", outcome?.Stdout ?? "");
        json.WriteString("StandardOutputUrl", "");
        json.WriteString("StandardErrorContent", OutputLimits.Error(outcome?.Stderr ?? ""));
        json.WriteString("StandardErrorUrl", "");
    }
}
