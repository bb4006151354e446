using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Completion;

/// <summary>The branches and tags of the origin, as one host of the connected fleet sees them.</summary>
internal sealed class RefCompleter : FleetCompleter
{
    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<CompletionCandidate>> FindAsync(FleetConnection? connection)
    {
        var online = (await ConnectedInstances.ListAsync(connection).ConfigureAwait(false))
            .FirstOrDefault(i => i is { State: InstanceState.Running, Ping: PingStatus.Online });
        if (online is null)
        {
            return [];
        }

        var refs = await new FleetServices(connection!, SilentLog.Instance).Refs
            .ListAsync(HostTarget.From(online), CancellationToken.None).ConfigureAwait(false);
        return [.. refs.Select(name => new CompletionCandidate(name, $"{name}, seen from {online.Name}"))];
    }
}
