using System.Globalization;
using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Completion;

/// <summary>The tokens of the fleet lock in the connected environment.</summary>
internal sealed class LockTokenCompleter : FleetCompleter
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
        return [.. locks.Select(entry => new CompletionCandidate(
            entry.Token.ToString(CultureInfo.InvariantCulture),
            $"{entry.Owner}, {(entry.IsDead ? "dead" : entry.IsHeld ? "holds it" : "waits")}, {entry.Region}"))];
    }
}
