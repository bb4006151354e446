namespace Aragora.Fleet.Ports;

/// <summary>Starts embedded fleets. The one type of the sandbox assembly that is found by name.</summary>
public interface ISandboxFactory
{
    /// <summary>Starts an endpoint on loopback and its hosts; returns when all of them serve.</summary>
    Task<ISandbox> StartAsync(SandboxOptions options, CancellationToken cancellationToken);
}

/// <summary>What fleet to embed.</summary>
public sealed record SandboxOptions
{
    /// <summary>How many live hosts.</summary>
    public int HostCount { get; init; } = 4;

    /// <summary>The port of the endpoint; 0 takes a free one.</summary>
    public int Port { get; init; }
}

/// <summary>A running embedded fleet. Disposing it leaves no process and no folder behind.</summary>
public interface ISandbox : IAsyncDisposable
{
    /// <summary>Where the AWS services answer.</summary>
    Uri Endpoint { get; }

    /// <summary>The region of the embedded fleet.</summary>
    string Region { get; }

    /// <summary>The only keys that the endpoint accepts; random at each start.</summary>
    AccessKey AccessKey { get; }

    /// <summary>Whether each host has mounts and a network of its own. If not, a host is a folder and a shell.</summary>
    bool IsIsolated { get; }
}
