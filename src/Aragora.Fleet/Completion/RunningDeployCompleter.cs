using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Completion;

/// <summary>The runs under way in the connected environment, by their fleet locks.</summary>
internal sealed class RunningDeployCompleter : FleetCompleter
{
    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<CompletionCandidate>> FindAsync(FleetConnection? connection)
    {
        if (connection?.Environment is not { } environment)
        {
            return [];
        }

        var locks = await new FleetServices(connection, SilentLog.Instance)
            .ListLocksAsync(environment, connection.Regions, CancellationToken.None).ConfigureAwait(false);
        return [.. locks
            .Where(entry => entry is { IsHeld: true, IsDead: false, DeployId.Length: > 0 })
            .DistinctBy(entry => entry.DeployId)
            .Select(entry => new CompletionCandidate(entry.DeployId, $"{entry.Owner}, {entry.Reason}"))];
    }
}
