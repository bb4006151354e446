using Aragora.Fleet.Ports;
using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Completion;

/// <summary>The commands of the last day, newest first, as one page shows them.</summary>
internal sealed class CommandIdCompleter : FleetCompleter
{
    private static readonly TimeSpan s_recent = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<CompletionCandidate>> FindAsync(FleetConnection? connection)
    {
        var candidates = new List<CompletionCandidate>();
        foreach (var region in connection?.Regions ?? [])
        {
            var query = new HistoryQuery { After = Clock.GetUtcNow() - s_recent };
            var page = await connection!.Backend.Commands
                .ListCommandsAsync(region, query, nextToken: null, CancellationToken.None).ConfigureAwait(false);
            candidates.AddRange(page.Items.Select(command => new CompletionCandidate(
                command.CommandId, $"{command.Requested:u} {command.Status} {command.Comment}".Trim())));
        }

        return candidates;
    }
}
