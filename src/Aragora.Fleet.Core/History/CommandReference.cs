using System.Text.RegularExpressions;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.History;

/// <summary>A command that a user names, on one of its hosts or on all.</summary>
/// <param name="CommandId">The SSM command.</param>
/// <param name="InstanceId">The host; null for every host of the command.</param>
/// <param name="Region">The region that holds it; null where it is not known.</param>
public sealed partial record CommandReference(string CommandId, string? InstanceId, string? Region)
{
    /// <summary>The id, where it can be one.</summary>
    /// <exception cref="FleetException">CommandNotFound.</exception>
    public static string Check(string commandId) => Pattern().IsMatch(commandId)
        ? commandId
        : throw new FleetException(
            FailureKind.CommandNotFound,
            $"'{commandId}' is no command id: it has 36 characters, such as 0ab1c2d3-1111-2222-3333-444455556666.",
            "Run Get-AragoraCommand to see what there is.",
            commandId);

    /// <summary>The failure of an id that no command has.</summary>
    public static FleetException NotFound(string commandId, IEnumerable<string> regions) => new(
        FailureKind.CommandNotFound,
        $"No command {commandId} in {string.Join(", ", regions)}.",
        "Check the id and the region; Systems Manager keeps the history for 30 days.",
        commandId);

    /// <summary>The failure of a host that a command never had.</summary>
    public static FleetException NotOnHost(string commandId, string instanceId) => new(
        FailureKind.CommandNotFound,
        $"The command {commandId} was not sent to {instanceId}.",
        $"Run Get-AragoraCommand {commandId} to see its hosts.",
        instanceId);

    /// <summary>The failure of a command that went to no host at all.</summary>
    public static FleetException WithoutHosts(CommandProgress command) => new(
        FailureKind.CommandNotFound,
        $"The command {command.CommandId} has no host: its status is {command.Status}.",
        "Check the tag that it was sent to; if it was sent just now, look again in some seconds.",
        command.CommandId);

    [GeneratedRegex(@"\A[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\z")]
    private static partial Regex Pattern();
}
