using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Commands;

/// <summary>One accepted SendCommand and the hosts of it that have not answered yet.</summary>
internal sealed class SentCommand(string commandId, IReadOnlyList<HostTarget> targets, DateTimeOffset sentAt, TimeSpan lifetime)
{
    private readonly HashSet<string> _known =
        targets.Select(target => target.InstanceId).ToHashSet(StringComparer.Ordinal);

    public string CommandId { get; } = commandId;

    public Dictionary<string, HostTarget> Waiting { get; } =
        targets.ToDictionary(target => target.InstanceId, StringComparer.Ordinal);

    public DateTimeOffset SentAt { get; } = sentAt;

    /// <summary>After this instant the service itself would have ended every invocation.</summary>
    public DateTimeOffset Deadline { get; } = sentAt + lifetime;

    /// <summary>Whether it was sent to a tag: its invocations may then fill many pages, where a send to ids fills one.</summary>
    public bool IsTagged { get; init; }

    /// <summary>Whether hosts may still join: it was sent to a tag, and the service has not ended it.</summary>
    public bool IsGrowing { get; set; }

    /// <summary>How many invocations were final at the last look.</summary>
    public int SeenFinal { get; set; }

    /// <summary>Why it was given up; null where its time ran out, or where it was not given up.</summary>
    public FleetException? GiveUpCause { get; set; }

    /// <summary>Waits for the host of a row that was not there when the hosts were asked for.</summary>
    public void Join(InvocationSummary row, string region)
    {
        if (IsGrowing && _known.Add(row.InstanceId))
        {
            var name = row.InstanceName.Length > 0 ? row.InstanceName : row.InstanceId;
            Waiting.Add(row.InstanceId, new HostTarget(row.InstanceId, name, "", region));
        }
    }
}
