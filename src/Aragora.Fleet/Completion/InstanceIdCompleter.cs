using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Completion;

/// <summary>The ids of the connected fleet.</summary>
internal sealed class InstanceIdCompleter : FleetCompleter
{
    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<CompletionCandidate>> FindAsync(FleetConnection? connection) =>
        [.. (await ConnectedInstances.ListAsync(connection).ConfigureAwait(false))
            .Select(i => new CompletionCandidate(i.InstanceId, $"{i.Name}, {i.State}, {i.Zone}"))];
}
