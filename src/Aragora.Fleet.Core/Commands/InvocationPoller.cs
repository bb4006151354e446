using System.Threading.Channels;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Commands;

/// <summary>
/// Follows the open commands of one region. With several commands, one page of ListCommands answers for 50 of them and
/// only those that moved are read; with one, its page of invocations is read at once.
/// </summary>
internal sealed class InvocationPoller(
    DispatchContext context,
    bool needsFullOutput,
    string region,
    OpenCommands open,
    ChannelWriter<HostReply> replies)
{
    private const int MaxFailedLooks = 20;

    // The service's clock decides which commands are "after" an instant; ours may run ahead of it.
    private static readonly TimeSpan s_clockMargin = TimeSpan.FromMinutes(5);

    // Right after a send the lists do not show the command yet.
    private static readonly TimeSpan s_visibilityGrace = TimeSpan.FromSeconds(30);

    private readonly RateLimiter _limiter = context.Limits.For(region);
    private readonly SilentHosts _silent = new(context, region);
    private readonly InvocationReader _reader = new(context, region, needsFullOutput);
    private int _failedLooks;

    // Why the last look brought nothing; null where it did.
    private FleetException? _lastFailure;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var idle = 0;
        while (!open.IsDone)
        {
            await Task.Delay(context.Schedule.After(idle, context.Jitter()), context.Time, cancellationToken)
                .ConfigureAwait(false);
            idle = await LookAsync(cancellationToken).ConfigureAwait(false) ? 1 : idle + 1;
            await ExpireAsync().ConfigureAwait(false);
            await _silent.LookAsync(open.Snapshot(), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        var commands = open.Snapshot();
        if (commands.Length == 0)
        {
            return false;
        }

        try
        {
            var moved = commands.Length == 1
                ? commands
                : await MovedAsync(commands, cancellationToken).ConfigureAwait(false);
            var news = false;
            foreach (var command in moved)
            {
                news |= await ReadAsync(command, cancellationToken).ConfigureAwait(false);
            }

            _failedLooks = 0;
            _lastFailure = null;
            return news;
        }
        catch (FleetException e) when (e.Kind == FailureKind.ServiceThrottled)
        {
            _lastFailure = e;
            _limiter.SlowDown();
            context.Log.Debug($"Throttled in {region}; looking less often.");
            return false;
        }
        catch (FleetException e) when (e.Kind == FailureKind.ServiceUnavailable && ++_failedLooks < MaxFailedLooks)
        {
            _lastFailure = e;
            context.Log.Debug($"No answer in {region}: {e.Message}");
            return false;
        }
        catch (FleetException e)
        {
            foreach (var command in commands)
            {
                await GiveUpAsync(command, e).ConfigureAwait(false);
            }

            return true;
        }
    }

    private async Task<IReadOnlyList<SentCommand>> MovedAsync(SentCommand[] commands, CancellationToken cancellationToken)
    {
        var unseen = commands.ToDictionary(command => command.CommandId, StringComparer.Ordinal);
        var moved = new List<SentCommand>();
        var since = commands.Min(command => command.SentAt) - s_clockMargin;
        string? token = null;
        do
        {
            await _limiter.WaitAsync(cancellationToken).ConfigureAwait(false);
            var page = await context.Channel
                .ListCommandsAsync(region, new HistoryQuery { After = since }, token, cancellationToken)
                .ConfigureAwait(false);
            foreach (var progress in page.Items)
            {
                if (unseen.Remove(progress.CommandId, out var command) && HasMoved(command, progress))
                {
                    moved.Add(command);
                }
            }

            token = page.NextToken;
        }
        while (token is not null && unseen.Count > 0);

        var now = context.Time.GetUtcNow();
        moved.AddRange(unseen.Values.Where(command => now - command.SentAt > s_visibilityGrace));
        context.Log.Debug($"{moved.Count} of {commands.Length} open commands moved in {region}.");
        return moved;
    }

    private static bool HasMoved(SentCommand command, CommandProgress progress) =>
        progress.CompletedCount > command.SeenFinal || !InvocationStatus.IsOpen(progress.Status);

    private async Task<bool> ReadAsync(SentCommand command, CancellationToken cancellationToken)
    {
        var whole = new HistoryQuery { CommandId = command.CommandId };

        // Asked first: the rows that are read after the command's end are all its rows.
        var isGrowing = command.IsGrowing && await IsOpenAsync(whole, cancellationToken).ConfigureAwait(false);
        var query = command.IsTagged && !command.IsGrowing && command.Waiting.Count == 1
            ? whole with { InstanceId = command.Waiting.Keys.First() }
            : whole;
        var news = false;
        var final = 0;
        string? token = null;
        do
        {
            await _limiter.WaitAsync(cancellationToken).ConfigureAwait(false);
            var page = await context.Channel
                .ListInvocationsAsync(region, query, token, cancellationToken)
                .ConfigureAwait(false);
            foreach (var row in page.Items)
            {
                command.Join(row, region);
                if (!InvocationStatus.IsOpen(row.Status))
                {
                    final++;
                    news |= await AnswerAsync(command, row, cancellationToken).ConfigureAwait(false);
                }
            }

            token = page.NextToken;
        }
        while (token is not null);

        command.SeenFinal = query == whole ? final : command.SeenFinal;
        command.IsGrowing = isGrowing;
        context.Log.Debug($"Command {command.CommandId}: {command.Waiting.Count} host(s) still to answer.");
        RemoveIfAnswered(command);
        return news;
    }

    private async Task<bool> AnswerAsync(
        SentCommand command, InvocationSummary row, CancellationToken cancellationToken)
    {
        if (!command.Waiting.TryGetValue(row.InstanceId, out var target))
        {
            return false;
        }

        var reply = await _reader.ReadAsync(target, row, cancellationToken).ConfigureAwait(false);
        command.Waiting.Remove(row.InstanceId);
        await replies.WriteAsync(reply, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<bool> IsOpenAsync(HistoryQuery query, CancellationToken cancellationToken)
    {
        await _limiter.WaitAsync(cancellationToken).ConfigureAwait(false);
        var page = await context.Channel.ListCommandsAsync(region, query, null, cancellationToken).ConfigureAwait(false);
        return page.Items.Count == 0 || InvocationStatus.IsOpen(page.Items[0].Status);
    }

    private async Task ExpireAsync()
    {
        var now = context.Time.GetUtcNow();
        foreach (var command in open.Snapshot().Where(command => now > command.Deadline))
        {
            await GiveUpAsync(command, _lastFailure).ConfigureAwait(false);
        }
    }

    private async Task GiveUpAsync(SentCommand command, FleetException? cause)
    {
        foreach (var target in command.Waiting.Values)
        {
            await replies.WriteAsync(new HostReply
            {
                Target = target,
                CommandId = command.CommandId,
                Status = ReplyStatus.NoReply,
                Cause = cause,
            }).ConfigureAwait(false);
        }

        command.Waiting.Clear();
        command.GiveUpCause = cause;
        open.Remove(command);
    }

    private void RemoveIfAnswered(SentCommand command)
    {
        if (command.Waiting.Count == 0 && !command.IsGrowing)
        {
            open.Remove(command);
        }
    }
}
