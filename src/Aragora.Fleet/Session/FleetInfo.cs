namespace Aragora.Fleet.PowerShell.Session;

/// <summary>What the session is connected to.</summary>
public sealed record FleetInfo
{
    /// <summary>The environment that all cmdlets keep to; null for all of them.</summary>
    public string? Environment { get; init; }

    /// <summary>The regions that hold the fleet.</summary>
    public required IReadOnlyList<string> Region { get; init; }

    /// <summary>The 12-digit AWS account of the credentials.</summary>
    public required string Account { get; init; }

    /// <summary>Who the credentials belong to.</summary>
    public required string CallerArn { get; init; }

    /// <summary>The endpoint in place of AWS's own; null for AWS.</summary>
    public Uri? EndpointUrl { get; init; }

    /// <summary>Whether this is an embedded fleet.</summary>
    public bool Sandbox { get; init; }

    /// <summary>Whether the hosts of the embedded fleet answer from a model and run nothing; null for a real fleet.</summary>
    public bool? Virtual { get; init; }

    /// <summary>Whether the hosts of the embedded fleet have mounts and a network of their own; null for a real fleet.</summary>
    public bool? Isolated { get; init; }

    internal static FleetInfo From(FleetConnection connection) => new()
    {
        Environment = connection.Environment,
        Region = connection.Regions,
        Account = connection.Identity.Account,
        CallerArn = connection.Identity.Arn,
        EndpointUrl = connection.Endpoint,
        Sandbox = connection.Sandbox is not null,
        Virtual = connection.Sandbox?.IsVirtual,
        Isolated = connection.Sandbox?.IsIsolated,
    };
}
