using Aragora.Fleet.Commands;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Rollouts.Gates;

/// <summary>Finds the commands of others that are under way on the hosts of a run. Reads of this module disturb no run.</summary>
/// <param name="channel">Run Command's history.</param>
/// <param name="limits">The rate of calls.</param>
public sealed class OtherCommands(ICommandChannel channel, RegionLimits limits)
{
    // What the list can be asked for, of a command that has not ended.
    private static readonly string[] s_open = ["Pending", "InProgress", "Delayed"];

    /// <summary>What is under way on these hosts and is not of this run, oldest first.</summary>
    /// <param name="hosts">The hosts of the run.</param>
    /// <param name="deployId">The run: its own steps, which carry the id in their comment, are none of others.</param>
    /// <param name="cancellationToken">Gives the look-up up.</param>
    public async Task<IReadOnlyList<OtherCommand>> FindAsync(
        IEnumerable<HostTarget> hosts, string deployId, CancellationToken cancellationToken)
    {
        var regions = hosts.GroupBy(host => host.Region, StringComparer.Ordinal);
        var found = await Task.WhenAll(regions.Select(region => FindInRegionAsync(
            region.Key, region.ToDictionary(host => host.InstanceId, StringComparer.Ordinal), deployId, cancellationToken)))
            .ConfigureAwait(false);
        return [.. found.SelectMany(commands => commands).OrderBy(command => command.Since)];
    }

    private async Task<List<OtherCommand>> FindInRegionAsync(
        string region, Dictionary<string, HostTarget> hosts, string deployId, CancellationToken cancellationToken)
    {
        var found = new Dictionary<(string, string), OtherCommand>();
        foreach (var status in s_open)
        {
            string? token = null;
            do
            {
                await limits.For(region).WaitAsync(cancellationToken).ConfigureAwait(false);
                var page = await channel
                    .ListInvocationsAsync(region, new HistoryQuery { Status = status }, token, cancellationToken)
                    .ConfigureAwait(false);
                foreach (var row in page.Items)
                {
                    if (InvocationStatus.IsOpen(row.StatusDetails) && IsOfOthers(row.Comment, deployId) &&
                        hosts.GetValueOrDefault(row.InstanceId) is { } host)
                    {
                        found[(row.CommandId, row.InstanceId)] =
                            new OtherCommand(host, row.CommandId, row.Document, row.Comment, row.Requested);
                    }
                }

                token = page.NextToken;
            }
            while (token is not null);
        }

        return [.. found.Values];
    }

    private static bool IsOfOthers(string comment, string deployId) =>
        !OwnComment.IsOwn(comment) || OwnComment.IsRun(comment) ||
        OwnComment.IsStep(comment) && !comment.Contains(deployId, StringComparison.Ordinal);
}

/// <summary>A command of somebody else that is under way on a host. Systems Manager does not say who sent it.</summary>
/// <param name="Host">The host.</param>
/// <param name="CommandId">The command.</param>
/// <param name="Document">The document that it runs.</param>
/// <param name="Comment">What its sender wrote beside it; empty where nothing.</param>
/// <param name="Since">When it was requested, in UTC.</param>
public sealed record OtherCommand(HostTarget Host, string CommandId, string Document, string Comment, DateTimeOffset? Since)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Document}{(Comment.Length > 0 ? $" '{Comment}'" : "")} since {Since:HH:mm:ss} UTC ({CommandId})";
}
