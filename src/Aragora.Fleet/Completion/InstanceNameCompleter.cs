using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Completion;

/// <summary>The names of the connected fleet.</summary>
internal sealed class InstanceNameCompleter : FleetCompleter
{
    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<CompletionCandidate>> FindAsync(FleetConnection? connection) =>
        [.. (await ConnectedInstances.ListAsync(connection).ConfigureAwait(false))
            .Select(i => new CompletionCandidate(i.Name, $"{i.InstanceId}, {i.State}, {i.Zone}"))];
}
