using System.Text.Json;
using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Ssm.Commands;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Agents;

/// <summary>GetConnectionStatus: whether the agent holds its channel; PingStatus is minutes late.</summary>
internal static class ConnectionStatus
{
    public static HttpResponse Answer(
        IReadOnlyList<SimulatedInstance> managed, Dispatcher dispatcher, JsonElement arguments)
    {
        var target = arguments.RequiredText("Target");
        arguments.CheckLength("Target", 1, 400);
        var isConnected = managed.Any(instance => instance.Id == target) && dispatcher.IsConnected(target);
        return AwsJson.Response(200, json =>
        {
            json.WriteString("Target", target);
            json.WriteString("Status", isConnected ? "connected" : "notconnected");
        });
    }
}
