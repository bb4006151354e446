using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Rollouts.Gates;

/// <summary>How a service is at one moment: enough to see a crash, a restart, or a flood of errors.</summary>
internal sealed record HostPulse
{
    /// <summary>systemd's ActiveState and SubState, as <c>active/running</c>.</summary>
    public required string State { get; init; }

    /// <summary>The main process; 0 where there is none.</summary>
    public required long ProcessId { get; init; }

    /// <summary>How often systemd restarted the unit by itself.</summary>
    public required long Restarts { get; init; }

    /// <summary>What /readyz answered; 0 where nothing did.</summary>
    public required long Ready { get; init; }

    /// <summary>The lines of the unit's journal that tell of an error, in the window that was asked for.</summary>
    public required long Errors { get; init; }

    /// <summary>Whether the unit is active and says that it is ready.</summary>
    public bool IsHealthy => State == "active/running" && Ready == 200;

    /// <summary>Reads what pulse.sh answered; null where a part of it is missing.</summary>
    public static HostPulse? Read(ResultBlock block) =>
        block.Number("pid") is { } process && block.Number("restarts") is { } restarts &&
        block.Number("ready") is { } ready && block.Number("errors") is { } errors
            ? new HostPulse
            {
                State = $"{block.Text("active")}/{block.Text("sub")}",
                ProcessId = process,
                Restarts = restarts,
                Ready = ready,
                Errors = errors,
            }
            : null;
}
