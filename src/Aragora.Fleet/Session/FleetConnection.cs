using Aragora.Fleet.Commands;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.PowerShell.Session;

/// <summary>What one session is connected to. Immutable: a new connection replaces it whole.</summary>
internal sealed class FleetConnection : IAsyncDisposable
{
    /// <summary>The environment that all cmdlets keep to; null for all of them.</summary>
    public string? Environment { get; init; }

    /// <summary>The regions that hold the fleet; at least one.</summary>
    public required IReadOnlyList<string> Regions { get; init; }

    /// <summary>What the cmdlets assume of the fleet.</summary>
    public required FleetSettings Settings { get; init; }

    /// <summary>The rate of calls, shared by all cmdlets of the session.</summary>
    public RegionLimits Limits { get; } = new(TimeProvider.System);

    /// <summary>The fleet locks that this session holds.</summary>
    public SessionLocks Locks { get; } = new();

    /// <summary>The cloud.</summary>
    public required IFleetBackend Backend { get; init; }

    /// <summary>Who the credentials belong to.</summary>
    public required CallerIdentity Identity { get; init; }

    /// <summary>The embedded fleet that this connection started; null without one.</summary>
    public ISandbox? Sandbox { get; init; }

    /// <summary>The endpoint in place of AWS's own; null for AWS.</summary>
    public Uri? Endpoint { get; init; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Locks.DisposeAsync().ConfigureAwait(false);
            await Backend.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            if (Sandbox is not null)
            {
                await Sandbox.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
