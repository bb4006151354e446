using System.Runtime.CompilerServices;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.History;

/// <summary>Lists past commands, one row for each command and host, page by page: no call is made for a single host.</summary>
/// <param name="backend">Run Command and the inventory.</param>
/// <param name="limits">The rate of calls.</param>
/// <param name="settings">The tag that marks the fleet.</param>
/// <param name="time">The clock.</param>
public sealed class CommandHistory(
    IFleetBackend backend, RegionLimits limits, FleetSettings settings, TimeProvider time)
{
    private readonly HostNames _names = new(backend.Instances, settings);

    /// <summary>
    /// Streams the rows that match, newest command first in each region, and a failure for each command that is not there.
    /// Hosts outside of the fleet are shown only where a command or a host is named.
    /// </summary>
    public async IAsyncEnumerable<(CommandInvocation? Row, FleetException? Failure)> FindAsync(
        HistorySelector selector, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var missing = selector.CommandIds.Distinct(StringComparer.Ordinal).ToList();
        var giveUp = time.GetUtcNow() + Visibility.Longest;
        do
        {
            await foreach (var row in LookAsync(selector, missing, cancellationToken).ConfigureAwait(false))
            {
                yield return (row, null);
            }
        }
        while (missing.Count > 0 && await Visibility.PauseAsync(time, giveUp, cancellationToken).ConfigureAwait(false));

        foreach (var id in missing)
        {
            yield return (null, CommandReference.NotFound(id, selector.Regions));
        }
    }

    private async IAsyncEnumerable<CommandInvocation> LookAsync(
        HistorySelector selector, List<string> missing, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var region in selector.Regions)
        {
            var fleet = selector.CommandIds.Count + selector.InstanceIds.Count > 0
                ? null
                : await _names.OfFleetAsync(region, selector.Environment, cancellationToken).ConfigureAwait(false);
            foreach (var query in Queries(selector, missing))
            {
                await foreach (var page in PagesAsync(region, query, cancellationToken).ConfigureAwait(false))
                {
                    missing.RemoveAll(id => id == query.CommandId && page.Count > 0);
                    var wanted = page.Where(row => IsWanted(row, selector)).ToList();
                    var hosts = fleet ?? await _names
                        .OfAsync(region, wanted.Select(row => row.InstanceId).ToHashSet(StringComparer.Ordinal), cancellationToken)
                        .ConfigureAwait(false);
                    foreach (var row in wanted.Where(row => hosts.ContainsKey(row.InstanceId)))
                    {
                        yield return Map(row, hosts[row.InstanceId]);
                    }
                }
            }
        }
    }

    private static IEnumerable<HistoryQuery> Queries(HistorySelector selector, List<string> commandIds)
    {
        var all = new HistoryQuery
        {
            InstanceId = selector.InstanceIds.Count == 1 ? selector.InstanceIds[0] : null,
            Status = selector.CommandIds.Count == 0 && selector.States.Count == 1 ? Word(selector.States[0]) : null,
            After = selector.After,
            Before = selector.Before,
        };
        return selector.CommandIds.Count == 0
            ? [all]
            : [.. commandIds.Select(id => new HistoryQuery { CommandId = id })];
    }

    // Only where the service's word covers every row of the state; the rest is sorted out here.
    private static string? Word(CommandState state) => state switch
    {
        CommandState.Succeeded => "Success",
        CommandState.Failed => "Failed",
        CommandState.Pending => "Pending",
        _ => null,
    };

    private static bool IsWanted(InvocationSummary row, HistorySelector selector) =>
        (selector.InstanceIds.Count == 0 || selector.InstanceIds.Contains(row.InstanceId))
        && (selector.States.Count == 0 || selector.States.Contains(State(row)))
        && (selector.After is null || row.Requested is null || row.Requested >= selector.After)
        && (selector.Before is null || row.Requested is null || row.Requested < selector.Before);

    private async IAsyncEnumerable<IReadOnlyList<InvocationSummary>> PagesAsync(
        string region, HistoryQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? token = null;
        do
        {
            await limits.For(region).WaitAsync(cancellationToken).ConfigureAwait(false);
            var page = await backend.Commands.ListInvocationsAsync(region, query, token, cancellationToken)
                .ConfigureAwait(false);
            yield return page.Items;
            token = page.NextToken;
        }
        while (token is not null);
    }

    private static CommandState State(InvocationSummary row) => InvocationStatus.StateOf(row.Status, row.StatusDetails);

    private static CommandInvocation Map(InvocationSummary row, HostTarget host) => new()
    {
        CommandId = row.CommandId,
        InstanceId = row.InstanceId,
        Name = host.Name == host.InstanceId && row.InstanceName.Length > 0 ? row.InstanceName : host.Name,
        Environment = host.Environment,
        Region = host.Region,
        State = State(row),
        StatusDetails = row.StatusDetails,
        ExitCode = State(row) is CommandState.Succeeded or CommandState.Failed && row.ResponseCode != -1
            ? row.ResponseCode
            : null,
        Comment = row.Comment,
        Document = row.Document,
        Requested = row.Requested,
        Started = row.Started,
        Duration = row.Finished - row.Started,
    };
}
