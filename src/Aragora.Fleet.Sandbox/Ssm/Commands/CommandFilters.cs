using System.Globalization;
using System.Text.Json;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>The filters that ListCommands and ListCommandInvocations share; all of them must match.</summary>
internal sealed class CommandFilters
{
    // API reference CommandFilter, value. Cancelling is in neither list, but in CommandInvocationStatus.
    private static readonly string[] s_statuses =
    [
        "Pending", "InProgress", "Success", "Cancelled", "Failed", "TimedOut", "AccessDenied", "DeliveryTimedOut",
        "ExecutionTimedOut",
    ];

    private static readonly string[] s_commandStatuses =
        [.. s_statuses, "Incomplete", "NoInstancesInTag", "LimitExceeded"];

    private static readonly string[] s_invocationStatuses =
        [.. s_statuses, "Delayed", "Undeliverable", "InvalidPlatform", "Terminated"];

    private readonly bool _areForCommands;
    private readonly string? _commandId;
    private readonly string? _instanceId;
    private readonly List<Func<RunCommand, bool>> _conditions = [];
    private string? _status;

    private CommandFilters(JsonElement arguments, bool areForCommands)
    {
        _areForCommands = areForCommands;
        arguments.CheckLength("CommandId", 36, 36);
        (_commandId, _instanceId) = (arguments.Text("CommandId"), arguments.Text("InstanceId"));
        if (_instanceId is not null)
            CommandPatterns.Match("InstanceId", _instanceId, CommandPatterns.InstanceId());
        if (arguments.Member("Filters") is not null)
            arguments.CheckCount("Filters", 1, 5);
        foreach (var filter in arguments.Items("Filters"))
        {
            filter.CheckLength("value", 1, 128);
            Add(filter.RequiredText("key"), filter.RequiredText("value"));
        }
    }

    public static CommandFilters ForCommands(JsonElement arguments) => new(arguments, areForCommands: true);

    public static CommandFilters ForInvocations(JsonElement arguments) => new(arguments, areForCommands: false);

    /// <summary>The commands of a history that match but for their status, newest first.</summary>
    public IEnumerable<RunCommand> Select(CommandHistory history)
    {
        var commands = _commandId is null
            ? history.All()
            : history.Find(_commandId) is { } command ? [command] : [];
        return commands.Where(command => (_instanceId is null || command.On(_instanceId) is not null)
            && _conditions.TrueForAll(condition => condition(command)));
    }

    /// <summary>The invocations of a command that match, but for their status.</summary>
    public IEnumerable<Invocation> Select(RunCommand command) => _instanceId is null
        ? command.Invocations
        : command.On(_instanceId) is { } invocation ? [invocation] : [];

    /// <summary>By details, but for TimedOut, which "includes both Delivery and Execution time outs".</summary>
    public bool MatchesStatus(string status, string details) =>
        _status is null || _status == details || (_status == "TimedOut" && status == "TimedOut");

    private void Add(string key, string value)
    {
        switch (key)
        {
            case "InvokedAfter":
                var after = Time(value);
                _conditions.Add(command => command.RequestedAt >= after);
                break;
            case "InvokedBefore":
                var before = Time(value);
                _conditions.Add(command => command.RequestedAt < before);
                break;
            case "DocumentName":
                _conditions.Add(_ => value == SendCommandRequest.Document);
                break;
            case "ExecutionStage" when _areForCommands:
                var isComplete = Member(value, "Executing", "Complete") == "Complete";
                _conditions.Add(command => command.Count().IsComplete == isComplete);
                break;
            case "Status":
                _status = Member(value, _areForCommands ? s_commandStatuses : s_invocationStatuses);
                break;
            default:
                throw new AwsException("InvalidFilterKey", $"The filter key {key} is not valid.");
        }
    }

    private static string Member(string value, params string[] values) => values.Contains(value)
        ? value
        : throw AwsException.Validation(
            "filters", value, $"Member must satisfy enum value set: [{string.Join(", ", values)}]");

    private static DateTimeOffset Time(string value) =>
        DateTimeOffset.TryParse(
            value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw AwsException.Validation("filters", value, "Member must be a timestamp in ISO 8601");
}
