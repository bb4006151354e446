using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.History;

/// <summary>Waits for commands that were sent before, brings their output, and cancels them. Whoever sent them.</summary>
/// <param name="channel">SSM Run Command.</param>
/// <param name="instances">Where the agents of hosts that do not answer are looked after.</param>
/// <param name="limits">The rate of calls.</param>
/// <param name="runner">Runs the operation that fetches output beyond the service's cut.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told what is asked and what comes back.</param>
public sealed class PastCommandService(
    ICommandChannel channel,
    IInstanceDirectory instances,
    RegionLimits limits,
    HostOperationRunner runner,
    TimeProvider time,
    IFleetLog log)
{
    private const int MaxIdsPerCancel = 50;

    private readonly ReplyReader _reader = new(runner);
    private readonly DispatchContext _context =
        new(channel, instances, limits, time, log, new PollSchedule(), new Random().NextDouble);

    /// <summary>
    /// Streams each host's result as it becomes final; what has not ended in time is Unknown, with the failure beside it.
    /// </summary>
    public async IAsyncEnumerable<(CommandResult Result, FleetException? Failure)> WaitAsync(
        IReadOnlyList<FoundCommand> commands, TimeSpan timeout, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var runs = commands.Where(command => command.IsRun).Select(command => command.Command.CommandId).ToHashSet();
        await foreach (var reply in FollowAsync(commands, timeout, true, cancellationToken).ConfigureAwait(false))
        {
            if (reply.Status == ReplyStatus.NoReply)
            {
                yield return (Open(reply), NotEnded(reply, timeout, "has not ended"));
                continue;
            }

            var (result, incomplete) = await _reader
                .ReadAnyAsync(reply, runs.Contains(reply.CommandId!), cancellationToken).ConfigureAwait(false);
            yield return (result, ReplyReader.Failure(reply, result) ?? incomplete);
        }
    }

    /// <summary>Streams what each host has answered until now, its output whole where the host still keeps it.</summary>
    public async IAsyncEnumerable<(CommandResult Result, FleetException? Failure)> ReceiveAsync(
        IReadOnlyList<FoundCommand> commands, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var command in commands)
        {
            var reader = new InvocationReader(_context, command.Region, needsFullOutput: true);
            var waiting = command.Targets.ToDictionary(target => target.InstanceId, StringComparer.Ordinal);
            await foreach (var row in RowsAsync(command, cancellationToken).ConfigureAwait(false))
            {
                if (!waiting.Remove(row.InstanceId, out var target))
                {
                    continue;
                }

                if (InvocationStatus.IsOpen(row.Status))
                {
                    yield return (Result(target, row), null);
                    continue;
                }

                yield return await ReadAsync(reader, target, row, command.IsRun, cancellationToken).ConfigureAwait(false);
            }

            foreach (var target in waiting.Values)
            {
                yield return (
                    ReplyReader.Result(target, CommandState.Pending) with { CommandId = command.Command.CommandId }, null);
            }
        }
    }

    /// <summary>
    /// Asks for the end of each command on its hosts and streams what became of it: Cancelled, or how it had ended already,
    /// or Unknown where the end could not be asked for or was not confirmed in time, with the failure beside it.
    /// </summary>
    public async IAsyncEnumerable<(CommandResult Result, FleetException? Failure)> StopAsync(
        IReadOnlyList<FoundCommand> commands, TimeSpan timeout, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var asked = new List<FoundCommand>();
        foreach (var group in commands.SelectMany(Groups))
        {
            if (await CancelAsync(group, cancellationToken).ConfigureAwait(false) is not { } failure)
            {
                asked.Add(group);
                continue;
            }

            foreach (var target in group.Targets)
            {
                yield return (
                    ReplyReader.Result(target, CommandState.Unknown) with { CommandId = group.Command.CommandId },
                    NotAsked(group.Command.CommandId, target, failure));
            }
        }

        await foreach (var reply in FollowAsync(Joined(asked), timeout, false, cancellationToken).ConfigureAwait(false))
        {
            yield return reply.Status == ReplyStatus.NoReply
                ? (Open(reply), NotEnded(reply, timeout, "was asked to end, and has not confirmed it"))
                : (ReplyReader.Result(reply.Target, InvocationStatus.StateOf(reply.Status)) with
                {
                    CommandId = reply.CommandId,
                    Started = reply.Started,
                    Duration = reply.Finished - reply.Started,
                }, null);
        }
    }

    private async Task<(CommandResult Result, FleetException? Failure)> ReadAsync(
        InvocationReader reader, HostTarget target, InvocationSummary row, bool isRun, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await reader.ReadAsync(target, row, cancellationToken).ConfigureAwait(false);
            return await _reader.ReadAnyAsync(reply, isRun, cancellationToken).ConfigureAwait(false);
        }
        catch (FleetException e) when (e.Kind is FailureKind.ServiceThrottled or FailureKind.ServiceUnavailable)
        {
            // Its state is known from the list, but for a run of ours, whose success only its output tells.
            var result = Result(target, row);
            return (
                result with
                {
                    State = isRun && result.State == CommandState.Succeeded ? CommandState.Unknown : result.State,
                    Truncated = true,
                },
                new FleetException(
                    e.Kind,
                    $"The output of command {row.CommandId} on {target} could not be had: {e.Message}",
                    e.Action,
                    target,
                    e));
        }
    }

    // As many hosts as one call takes; a whole command is one call without their ids.
    private static IEnumerable<FoundCommand> Groups(FoundCommand command) => command.IsWhole
        ? [command]
        : command.Targets.Chunk(MaxIdsPerCancel).Select(targets => command with { Targets = targets });

    // The groups of one command are followed as the one command that they are.
    private static List<FoundCommand> Joined(IEnumerable<FoundCommand> groups) =>
    [
        .. groups.GroupBy(group => (group.Region, group.Command.CommandId)).Select(
            parts => parts.First() with { Targets = [.. parts.SelectMany(part => part.Targets)] }),
    ];

    private async Task<FleetException?> CancelAsync(FoundCommand group, CancellationToken cancellationToken)
    {
        var id = group.Command.CommandId;
        try
        {
            await limits.For(group.Region).WaitAsync(cancellationToken).ConfigureAwait(false);
            await channel.CancelAsync(
                group.Region,
                id,
                group.IsWhole ? [] : [.. group.Targets.Select(target => target.InstanceId)],
                cancellationToken).ConfigureAwait(false);
            log.Verbose($"Asked for the end of command {id} on {group.Targets.Count} host(s).");
            return null;
        }
        catch (FleetException e)
        {
            log.Verbose($"The end of command {id} on {group.Targets.Count} host(s) could not be asked for: {e.Message}");
            return e;
        }
    }

    private async IAsyncEnumerable<HostReply> FollowAsync(
        IReadOnlyList<FoundCommand> commands,
        TimeSpan timeout,
        bool needsFullOutput,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var regions = commands.GroupBy(command => command.Region, StringComparer.Ordinal)
            .Select(region => (Name: region.Key, Sent: Sent(region, timeout))).ToList();
        var replies = Channel.CreateUnbounded<HostReply>();
        var all = Task.WhenAll(regions.Select(region => new InvocationPoller(
            _context, needsFullOutput, region.Name, Open(region.Sent), replies.Writer).RunAsync(stop.Token)));
        _ = all.ContinueWith(
            t => replies.Writer.TryComplete(t.Exception?.InnerException),
            CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        var total = commands.Sum(command => command.Targets.Count);
        var done = 0;
        try
        {
            await foreach (var reply in replies.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                total = Math.Max(total, ++done);
                log.Progress($"{done} of {total} ended", done, total);
                yield return reply;
            }

            if (regions.SelectMany(region => region.Sent).FirstOrDefault(command => command.IsGrowing) is { } growing)
            {
                throw growing.GiveUpCause ?? StillGrowing(growing, timeout);
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await all.ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
        }
    }

    private List<SentCommand> Sent(IEnumerable<FoundCommand> commands, TimeSpan timeout)
    {
        var now = time.GetUtcNow();
        return
        [
            .. commands.Select(command =>
            {
                var sentAt = command.Command.Requested ?? now;
                return new SentCommand(command.Command.CommandId, command.Targets, sentAt, now + timeout - sentAt)
                {
                    IsTagged = command.Command.InstanceIds.Count == 0,
                    IsGrowing = command.IsGrowing,
                };
            }),
        ];
    }

    private static OpenCommands Open(List<SentCommand> commands)
    {
        var open = new OpenCommands();
        commands.ForEach(open.Add);
        open.CloseForAdding();
        return open;
    }

    private async IAsyncEnumerable<InvocationSummary> RowsAsync(
        FoundCommand command, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new HistoryQuery
        {
            CommandId = command.Command.CommandId,
            InstanceId = command.Targets.Count == 1 ? command.Targets[0].InstanceId : null,
        };
        string? token = null;
        do
        {
            await limits.For(command.Region).WaitAsync(cancellationToken).ConfigureAwait(false);
            var page = await channel.ListInvocationsAsync(command.Region, query, token, cancellationToken)
                .ConfigureAwait(false);
            foreach (var row in page.Items)
            {
                yield return row;
            }

            token = page.NextToken;
        }
        while (token is not null);
    }

    private static CommandResult Result(HostTarget target, InvocationSummary row) =>
        ReplyReader.Result(target, InvocationStatus.StateOf(row.Status, row.StatusDetails)) with
        {
            CommandId = row.CommandId,
            Started = row.Started,
        };

    private static CommandResult Open(HostReply reply) =>
        ReplyReader.Result(reply.Target, CommandState.Unknown) with { CommandId = reply.CommandId };

    private static FleetException NotAsked(string commandId, HostTarget target, FleetException cause) => new(
        cause.Kind,
        $"The end of command {commandId} on {target} could not be asked for: {cause.Message}",
        cause.Action,
        target,
        cause);

    private static FleetException StillGrowing(SentCommand command, TimeSpan timeout) => new(
        FailureKind.WaitTimedOut,
        $"The command {command.CommandId} was sent to a tag and has not ended within {timeout}: it may go to more hosts.",
        "Look again with Get-AragoraCommand or Wait-AragoraCommand; do not send it twice.",
        command.CommandId);

    private static FleetException NotEnded(HostReply reply, TimeSpan timeout, string what) => reply.Cause ?? new(
        FailureKind.WaitTimedOut,
        $"The command {reply.CommandId} on {reply.Target} {what} within {timeout}.",
        "Look again with Get-AragoraCommand or Wait-AragoraCommand; do not send it twice.",
        reply.Target);
}
