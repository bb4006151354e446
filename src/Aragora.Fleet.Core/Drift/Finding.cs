namespace Aragora.Fleet.Drift;

/// <summary>Begins findings.</summary>
internal static class Finding
{
    public static DriftFinding Of(HostTarget host, DriftKind kind, DriftStatus status, DriftRepair repair, string reason) => new()
    {
        InstanceId = host.InstanceId,
        Name = host.Name,
        Environment = host.Environment,
        Region = host.Region,
        Kind = kind,
        Status = status,
        Repair = repair,
        Reason = reason,
    };
}
