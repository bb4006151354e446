using Aragora.Fleet.Sandbox.Instances;

namespace Aragora.Fleet.Sandbox.Hosts;

/// <summary>All that makes one host: who it is, where it lives, what it may use.</summary>
internal sealed record HostPlan
{
    public required SimulatedInstance Instance { get; init; }

    /// <summary>The host's places as this process sees them.</summary>
    public required HostPaths Outside { get; init; }

    /// <summary>The host's places as its own processes see them.</summary>
    public required HostPaths Inside { get; init; }

    /// <summary>The folder that has the application's repository and its index, as the host sees it.</summary>
    public required string Origins { get; init; }

    /// <summary>The application's repository.</summary>
    public string Repository => Origins + AppRepository.Place;

    /// <summary>The index of the application's distribution.</summary>
    public string Index => Origins + PackageIndex.Place;

    /// <summary>All addresses of a host with a network of its own; elsewhere loopback alone.</summary>
    public string BindAddress => Inside.Prefix.Length == 0 ? "0.0.0.0" : "127.0.0.1";

    public required int HttpPort { get; init; }

    /// <summary>The user that the unit names.</summary>
    public required string User { get; init; }

    /// <summary>The commit that secrets.conf pins; null where it pins none.</summary>
    public required string? PinnedBuild { get; init; }

    /// <summary>SHA-256 of the token that opens the application's guarded endpoints; the token itself is on no host.</summary>
    public required string TokenHash { get; init; }

    public required string Dotnet { get; init; }

    /// <summary>Marks the processes of this sandbox.</summary>
    public required string Marker { get; init; }

    public string AppDirectory => Inside.Prefix + Instance.Layout.AppDirectory;

    /// <summary>Where the application's modules are.</summary>
    public string CodeDirectory => Inside.Prefix + Instance.Layout.CodeDirectory;
}
