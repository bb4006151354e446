namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>What systemctl shows of a service at one instant.</summary>
internal sealed record ServiceStatus
{
    public string Active { get; init; } = "inactive";

    public string Sub { get; init; } = "dead";

    public string Result { get; init; } = "success";

    public int MainPid { get; init; }

    public int Restarts { get; init; }

    public int ExecMainStatus { get; init; }

    public long StartedMicroseconds { get; init; }

    public DateTimeOffset? ActiveSince { get; init; }
}
