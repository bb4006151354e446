using System.Globalization;
using System.Text.Json;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>The filters that ListCommands and ListCommandInvocations share; all of them must match.</summary>
internal sealed class CommandFilters
{
    private readonly string? _commandId;
    private readonly string? _instanceId;
    private readonly List<Func<RunCommand, bool>> _conditions = [];

    public CommandFilters(JsonElement arguments)
    {
        (_commandId, _instanceId) = (arguments.Text("CommandId"), arguments.Text("InstanceId"));
        foreach (var filter in arguments.Items("Filters"))
            Add(filter.RequiredText("key"), filter.RequiredText("value"));
    }

    /// <summary>Status as a filter names it: by details where there are any of this name.</summary>
    public string? Status { get; private set; }

    public bool Matches(RunCommand command) =>
        (_commandId is null || command.Id == _commandId)
        && (_instanceId is null || command.Invocations.Any(Matches))
        && _conditions.TrueForAll(condition => condition(command));

    public bool Matches(Invocation invocation) => _instanceId is null || invocation.InstanceId == _instanceId;

    public bool MatchesStatus(string status, string details) =>
        Status is null || Status == status || Status == details;

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
            case "Status":
                Status = value;
                break;
            default:
                throw new AwsException("InvalidFilterKey", $"The filter key {key} is not valid.");
        }
    }

    private static DateTimeOffset Time(string value) =>
        DateTimeOffset.TryParse(
            value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw AwsException.Validation("filters", value, "Member must be a timestamp in ISO 8601");
}
