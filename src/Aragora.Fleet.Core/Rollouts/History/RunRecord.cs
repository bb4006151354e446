using System.Globalization;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts.Gates;

namespace Aragora.Fleet.Rollouts.History;

/// <summary>What a run left on a host so that anyone can go on with it.</summary>
/// <param name="values">The record, by key.</param>
internal sealed class RunRecord(IReadOnlyDictionary<string, string> values)
{
    /// <summary>The kind of a deploy that mends drift.</summary>
    public const string Repair = "Repair";

    /// <summary>
    /// The newest of what hosts have kept: a resumption that not all of them have taken up yet has left it on some, and so has a
    /// run that lost a host while it took them. Empty where none has kept any.
    /// </summary>
    public static RunRecord Newest(IEnumerable<HostHistory> hosts) =>
        hosts.Where(host => host.Record.Count > 0).Select(host => new RunRecord(host.Record)).MaxBy(record => (record.Attempt, record.LeftOut.Count))
        ?? new RunRecord(new Dictionary<string, string>());

    public string? Kind => Text("kind");

    public string? Wanted => Text("wanted");

    public string? Who => Text("who");

    public string? Reason => Text("reason");

    public string? From => Text("from");

    public string? Target => Text("target");

    /// <summary>How many hosts the run took; null where the record does not say.</summary>
    public int? Hosts => Number("hosts");

    /// <summary>The hosts that the run left out.</summary>
    public LeftOutHosts LeftOut => LeftOutHosts.Parse(Text("leftout"));

    public int Attempt => Number("attempt") ?? 1;

    public bool Approve => Text("approve") == "1";

    /// <summary>Whether script blocks of the user were asked.</summary>
    public bool IsGated => Text("gated") == "1";

    public FailureAction OnFailure =>
        Enum.TryParse<FailureAction>(Text("onfailure"), out var action) ? action : FailureAction.Restore;

    /// <summary>The gates that the run was begun with.</summary>
    /// <exception cref="FleetException">HostCountInvalid: the record is damaged.</exception>
    public DeployGates Gates
    {
        get
        {
            var usual = new DeployGates();
            return new DeployGates
            {
                ReadyTimeout = Seconds("ready") ?? usual.ReadyTimeout,
                SettleTime = Seconds("settle") ?? usual.SettleTime,
                BakeTime = Seconds("bake") ?? usual.BakeTime,
                MinHealthy = Count("minhealthy", nameof(DeployGates.MinHealthy)),
                MaxFailure = Count("maxfailure", nameof(DeployGates.MaxFailure)) ?? usual.MaxFailure,
                MaxUnreachable = Count("maxunreachable", nameof(DeployGates.MaxUnreachable)) ?? usual.MaxUnreachable,
                Approve = Approve,
                ApprovalTimeout = Seconds("approvaltimeout") ?? usual.ApprovalTimeout,
            };
        }
    }

    private string? Text(string key) => values.TryGetValue(key, out var value) && value.Length > 0 ? value : null;

    private int? Number(string key) =>
        int.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private TimeSpan? Seconds(string key) => Number(key) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    private HostCount? Count(string key, string parameter) =>
        Text(key) is { } text ? HostCount.Parse(text, parameter) : null;
}
