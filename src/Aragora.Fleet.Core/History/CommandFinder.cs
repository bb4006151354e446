using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.History;

/// <summary>Finds the commands that a user names, and their hosts. Pages of 50 answer for all of them.</summary>
/// <param name="backend">Run Command and the inventory.</param>
/// <param name="limits">The rate of calls.</param>
/// <param name="settings">The tag that marks the fleet.</param>
/// <param name="time">The clock.</param>
public sealed class CommandFinder(
    IFleetBackend backend, RegionLimits limits, FleetSettings settings, TimeProvider time)
{
    // Up to so many commands it is cheaper to ask for each than to page through the history. Of more, each that was not on
    // one of the newest pages is asked for too, so that an old one costs no more calls than twice their number.
    private const int FewCommands = 3;

    private readonly HostNames _names = new(backend.Instances, settings);

    /// <summary>The commands, and a failure for each that is not there or never had the host that is named.</summary>
    public async Task<(IReadOnlyList<FoundCommand> Found, IReadOnlyList<FleetException> Missing)> FindAsync(
        IReadOnlyList<CommandReference> references, IReadOnlyList<string> regions, CancellationToken cancellationToken)
    {
        var open = references.GroupBy(reference => reference.CommandId, StringComparer.Ordinal).ToDictionary(
            group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        var found = new List<FoundCommand>();
        var missing = new List<FleetException>();
        var giveUp = time.GetUtcNow() + Visibility.Longest;
        do
        {
            foreach (var region in regions.Union(references.Select(r => r.Region).OfType<string>(), StringComparer.Ordinal))
            {
                foreach (var command in await LookAsync(region, open, cancellationToken).ConfigureAwait(false))
                {
                    open.Remove(command.CommandId, out var named);
                    var (here, strangers) = await HostsAsync(region, command, named!, cancellationToken).ConfigureAwait(false);
                    found.Add(here);
                    missing.AddRange(strangers.Select(id => CommandReference.NotOnHost(command.CommandId, id)));
                    if (here.Targets.Count + strangers.Count == 0)
                    {
                        missing.Add(CommandReference.WithoutHosts(command));
                    }
                }
            }
        }
        while (open.Count > 0 && await Visibility.PauseAsync(time, giveUp, cancellationToken).ConfigureAwait(false));

        missing.AddRange(open.Select(
            command => CommandReference.NotFound(command.Key, command.Value[0].Region is { } region ? [region] : regions)));
        return (found.FindAll(command => command.Targets.Count > 0), missing);
    }

    private async Task<List<CommandProgress>> LookAsync(
        string region, Dictionary<string, List<CommandReference>> open, CancellationToken cancellationToken)
    {
        var ids = open
            .Where(command => command.Value.TrueForAll(reference => reference.Region is null || reference.Region == region))
            .Select(command => command.Key)
            .ToHashSet(StringComparer.Ordinal);
        var found = new List<CommandProgress>();
        string? token = null;
        for (var pages = ids.Count > FewCommands ? ids.Count : 0; pages > 0 && ids.Count > 0; pages--)
        {
            token = await PageAsync(new HistoryQuery(), token).ConfigureAwait(false);
            if (token is null)
            {
                return found;
            }
        }

        foreach (var id in ids.ToList())
        {
            await PageAsync(new HistoryQuery { CommandId = id }, null).ConfigureAwait(false);
        }

        return found;

        async Task<string?> PageAsync(HistoryQuery query, string? from)
        {
            await limits.For(region).WaitAsync(cancellationToken).ConfigureAwait(false);
            var page = await backend.Commands.ListCommandsAsync(region, query, from, cancellationToken)
                .ConfigureAwait(false);
            found.AddRange(page.Items.Where(command => ids.Remove(command.CommandId)));
            return page.NextToken;
        }
    }

    private async Task<(FoundCommand Found, IReadOnlyList<string> Strangers)> HostsAsync(
        string region, CommandProgress command, List<CommandReference> named, CancellationToken cancellationToken)
    {
        var wantsAll = named.Exists(reference => reference.InstanceId is null);
        var sentTo = command.InstanceIds.Count > 0
            ? command.InstanceIds
            : await TaggedAsync(region, command, cancellationToken).ConfigureAwait(false);
        var wanted = wantsAll
            ? sentTo.ToHashSet(StringComparer.Ordinal)
            : named.Select(reference => reference.InstanceId!).ToHashSet(StringComparer.Ordinal);
        var strangers = wanted.Except(sentTo, StringComparer.Ordinal).ToList();
        wanted.ExceptWith(strangers);
        var names = await _names.OfAsync(region, wanted, cancellationToken).ConfigureAwait(false);
        return (new FoundCommand
        {
            Region = region,
            Command = command,
            Targets = [.. wanted.Select(id => names[id])],
            // A tag may bring more hosts than there are rows until now: only who names none of them means all.
            IsWhole = wantsAll || command.InstanceIds.Count > 0 && wanted.Count == sentTo.Count,
        }, strangers);
    }

    // A command that was sent to a tag names no hosts: its invocations do, which appear some seconds after it.
    private async Task<IReadOnlyList<string>> TaggedAsync(
        string region, CommandProgress command, CancellationToken cancellationToken)
    {
        var query = new HistoryQuery { CommandId = command.CommandId };
        var ids = new List<string>();
        var giveUp = time.GetUtcNow() + Visibility.Longest;
        do
        {
            string? token = null;
            do
            {
                await limits.For(region).WaitAsync(cancellationToken).ConfigureAwait(false);
                var page = await backend.Commands.ListInvocationsAsync(region, query, token, cancellationToken)
                    .ConfigureAwait(false);
                ids.AddRange(page.Items.Select(row => row.InstanceId));
                token = page.NextToken;
            }
            while (token is not null);
        }
        while (ids.Count == 0 && InvocationStatus.IsOpen(command.Status)
            && await Visibility.PauseAsync(time, giveUp, cancellationToken).ConfigureAwait(false));
        return ids;
    }
}
