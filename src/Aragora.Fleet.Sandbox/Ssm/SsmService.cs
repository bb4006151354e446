using System.Collections.Concurrent;
using System.Text.Json;
using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Ssm.Agents;
using Aragora.Fleet.Sandbox.Ssm.Commands;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm;

/// <summary>Systems Manager 2014-11-06: Run Command and the registry of agents.</summary>
internal sealed class SsmService(FleetModel fleet, Dispatcher dispatcher, TimeProvider clock) : IAwsService
{
    /// <summary>What X-Amz-Target begins with.</summary>
    public const string Target = "AmazonSSM";

    private readonly ConcurrentDictionary<string, CommandHistory> _histories = new();

    public HttpResponse Answer(HttpRequest request, string region, string requestId)
    {
        var target = request.Header("X-Amz-Target")!;
        var arguments = JsonArguments.Parse(request.BodyText);
        var history = _histories.GetOrAdd(region, _ => new CommandHistory(clock));
        return target[(target.IndexOf('.') + 1)..] switch
        {
            "SendCommand" => Send(history, arguments, region),
            "ListCommands" => CommandList.Answer(history, arguments),
            "ListCommandInvocations" => InvocationList.Answer(history, arguments),
            "GetCommandInvocation" => InvocationDetail.Answer(history, arguments),
            "CancelCommand" => Cancel(history, arguments),
            "DescribeInstanceInformation" => AgentRegistry.Answer(fleet.ManagedIn(region), arguments, clock),
            _ => throw new AwsException("UnknownOperationException", $"The operation {target} is not known."),
        };
    }

    private HttpResponse Send(CommandHistory history, JsonElement arguments, string region)
    {
        var order = SendCommandRequest.Parse(arguments);
        var instances = CommandTargets.Resolve(order, fleet.ManagedIn(region));
        var command = new RunCommand
        {
            Id = Guid.NewGuid().ToString(),
            Order = order,
            RequestedAt = clock.GetUtcNow(),
            Invocations = [.. instances.Select(instance => new Invocation(instance.Id, instance.Name))],
        };
        history.Add(command);
        var response = AwsJson.Response(200, json =>
        {
            json.WriteStartObject("Command");
            CommandJson.WriteAsSent(json, command);
            json.WriteEndObject();
        });
        dispatcher.Dispatch(command);
        return response;
    }

    private HttpResponse Cancel(CommandHistory history, JsonElement arguments)
    {
        var command = history.Require(arguments.RequiredText("CommandId"));
        var ids = arguments.Texts("InstanceIds");
        var foreign = ids.Except(command.Invocations.Select(invocation => invocation.InstanceId)).ToList();
        if (foreign.Count > 0)
            throw CommandTargets.InvalidInstances(foreign);
        dispatcher.Cancel(command, ids);
        return AwsJson.Response(200, _ => { });
    }
}
