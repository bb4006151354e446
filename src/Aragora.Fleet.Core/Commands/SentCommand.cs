namespace Aragora.Fleet.Commands;

/// <summary>One accepted SendCommand and the hosts of it that have not answered yet.</summary>
internal sealed class SentCommand(string commandId, IEnumerable<HostTarget> targets, DateTimeOffset sentAt, TimeSpan lifetime)
{
    public string CommandId { get; } = commandId;

    public Dictionary<string, HostTarget> Waiting { get; } =
        targets.ToDictionary(target => target.InstanceId, StringComparer.Ordinal);

    public DateTimeOffset SentAt { get; } = sentAt;

    /// <summary>After this instant the service itself would have ended every invocation.</summary>
    public DateTimeOffset Deadline { get; } = sentAt + lifetime;

    /// <summary>How many invocations were final at the last look.</summary>
    public int SeenFinal { get; set; }
}
