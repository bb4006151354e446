namespace Aragora.Fleet.Ports;

/// <summary>Starts embedded fleets. The one type of the sandbox assembly that is found by name.</summary>
public interface ISandboxFactory
{
    /// <summary>Why this machine cannot run live hosts; null where it can. Virtual ones run everywhere.</summary>
    string? WhyNoLiveHosts { get; }

    /// <summary>Starts an endpoint on loopback and its hosts; returns when all of them serve.</summary>
    Task<ISandbox> StartAsync(SandboxOptions options, CancellationToken cancellationToken);
}

/// <summary>What fleet to embed.</summary>
public sealed record SandboxOptions
{
    /// <summary>The most live hosts.</summary>
    public const int MaxLiveHosts = 16;

    /// <summary>The most virtual hosts.</summary>
    public const int MaxVirtualHosts = 10_000;

    /// <summary>How many live hosts, where there are no virtual ones.</summary>
    public int HostCount { get; init; } = 4;

    /// <summary>How many virtual hosts, which answer from a model and run nothing; 0 for live ones.</summary>
    public int VirtualHostCount { get; init; }

    /// <summary>How many hosts there are, of whichever kind.</summary>
    public int TotalHostCount => VirtualHostCount > 0 ? VirtualHostCount : HostCount;

    /// <summary>How many of the hosts, the last ones, run from a package and not from a checkout.</summary>
    public int PackageHostCount { get; init; }

    /// <summary>The regions that the hosts are spread over, each an account of its own; none means the runbook's.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];

    /// <summary>The middle of the times that virtual hosts take for a script.</summary>
    public TimeSpan HostTime { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>From this the times of virtual hosts follow: the same number, the same times.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The port of the endpoint; 0 takes a free one.</summary>
    public int Port { get; init; }
}

/// <summary>A running embedded fleet. Disposing it leaves no process and no folder behind.</summary>
public interface ISandbox : IAsyncDisposable
{
    /// <summary>Where the AWS services answer.</summary>
    Uri Endpoint { get; }

    /// <summary>The first of its regions.</summary>
    string Region => Regions[0];

    /// <summary>The regions of the embedded fleet; at least one.</summary>
    IReadOnlyList<string> Regions { get; }

    /// <summary>The only keys that the endpoint accepts; random at each start.</summary>
    AccessKey AccessKey { get; }

    /// <summary>Lets its holder set faults at the endpoint; random at each start. It opens nothing of AWS.</summary>
    string ControlToken { get; }

    /// <summary>Whether the hosts answer from a model and run nothing.</summary>
    bool IsVirtual { get; }

    /// <summary>
    /// Whether no script can reach this computer: each host has mounts and a network of its own, or runs nothing at all.
    /// If not, a host is a folder and a shell.
    /// </summary>
    bool IsIsolated { get; }
}
