using System.Collections.Concurrent;
using System.Text.Json;
using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Ssm.Agents;
using Aragora.Fleet.Sandbox.Ssm.Commands;
using Aragora.Fleet.Sandbox.Ssm.Parameters;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm;

/// <summary>Systems Manager 2014-11-06: Run Command, the registry of agents and Parameter Store.</summary>
/// <param name="fleet">The instances.</param>
/// <param name="dispatcher">What brings commands to their hosts.</param>
/// <param name="clock">The clock.</param>
/// <param name="hiddenFor">For how long no read knows of the command of a request, which it is given.</param>
internal sealed class SsmService(
    FleetModel fleet, Dispatcher dispatcher, TimeProvider clock, Func<string, TimeSpan> hiddenFor) : IAwsService
{
    /// <summary>What X-Amz-Target begins with.</summary>
    public const string Target = "AmazonSSM";

    private readonly ConcurrentDictionary<string, CommandHistory> _histories = new();
    private readonly ConcurrentDictionary<string, ParameterStore> _parameters = new();

    public HttpResponse Answer(HttpRequest request, string region, string requestId)
    {
        var target = request.Header("X-Amz-Target")!;
        var operation = target[(target.IndexOf('.') + 1)..];
        var arguments = JsonArguments.Parse(request.BodyText);
        return AnswerForCommands(operation, arguments, region)
            ?? AnswerForParameters(operation, arguments, region)
            ?? operation switch
            {
                "DescribeInstanceInformation" => AgentRegistry.Answer(fleet.ManagedIn(region), arguments, clock),
                "GetConnectionStatus" => ConnectionStatus.Answer(fleet.ManagedIn(region), dispatcher, arguments),
                _ => throw new AwsException("UnknownOperationException", $"The operation {target} is not known."),
            };
    }

    private HttpResponse? AnswerForCommands(string operation, JsonElement arguments, string region)
    {
        var history = _histories.GetOrAdd(region, _ => new CommandHistory(clock));
        return operation switch
        {
            "SendCommand" => Send(history, arguments, region),
            "ListCommands" => CommandList.Answer(history, arguments),
            "ListCommandInvocations" => InvocationList.Answer(history, arguments),
            "GetCommandInvocation" => InvocationDetail.Answer(history, arguments),
            "CancelCommand" => Cancel(history, arguments),
            _ => null,
        };
    }

    private HttpResponse? AnswerForParameters(string operation, JsonElement arguments, string region)
    {
        var store = ParametersOf(region);
        return operation switch
        {
            "PutParameter" => ParameterService.Put(store, arguments),
            "GetParameter" => ParameterService.Get(store, arguments),
            "GetParameters" => ParameterService.GetSeveral(store, arguments),
            "GetParametersByPath" => ParameterService.GetByPath(store, arguments),
            "DeleteParameter" => ParameterService.Delete(store, arguments),
            "DeleteParameters" => ParameterService.DeleteSeveral(store, arguments),
            _ => null,
        };
    }

    private ParameterStore ParametersOf(string region) =>
        _parameters.GetOrAdd(region, _ => new ParameterStore(region, clock));

    private HttpResponse Send(CommandHistory history, JsonElement arguments, string region)
    {
        var order = SendCommandRequest.Parse(arguments);
        var instances = CommandTargets.Resolve(order, fleet.ManagedIn(region));
        var invocations = instances.Select(instance => new Invocation(instance.Id, instance.Name)).ToList();
        var command = new RunCommand(order, invocations, ParametersOf(region), clock.GetUtcNow())
        {
            HiddenFor = hiddenFor(arguments.GetRawText()),
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
        var id = arguments.RequiredText("CommandId");
        arguments.CheckLength("CommandId", 36, 36);
        var instanceIds = SendCommandRequest.InstanceIds(arguments);
        var command = history.Require(id);
        var foreign = instanceIds.Where(instanceId => command.On(instanceId) is null).ToList();
        if (foreign.Count > 0)
            throw CommandTargets.InvalidInstances(foreign);
        dispatcher.Cancel(command, instanceIds);
        return AwsJson.Response(200, _ => { });
    }
}
