using System.Threading.Channels;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Commands;

/// <summary>One region's part of a dispatch: a sender and a poller side by side.</summary>
internal sealed class RegionDispatch(
    DispatchContext context,
    CommandRequest request,
    string region,
    IReadOnlyList<HostTarget> targets,
    ChannelWriter<HostReply> replies)
{
    private const int MaxIdsPerSend = 50;
    private const int MaxCommentLength = 100;
    private const int MaxThrottledSends = 8;
    private const int MaxUncertainSends = 3;
    private static readonly TimeSpan s_cancelTimeout = TimeSpan.FromSeconds(4);

    // The service ends an invocation at delivery + execution timeout; its own clock and ours differ by some seconds.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(30);

    private readonly RateLimiter _limiter = context.Limits.For(region);
    private readonly OpenCommands _open = new();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var poller = new InvocationPoller(context, request.NeedsFullOutput, region, _open, replies);
        var polling = poller.RunAsync(stop.Token);
        try
        {
            await SendAllAsync(stop.Token).ConfigureAwait(false);
            await polling.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await polling.ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
            await CancelAbandonedAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Sends to every target, in groups; what was not accepted is a reply already.</summary>
    public async Task<IReadOnlyList<SentCommand>> SendAllAsync(CancellationToken cancellationToken)
    {
        var kinds = targets.GroupBy(target => request.KindOf?.Invoke(target));
        foreach (var group in kinds.SelectMany(kind => kind.Chunk(MaxIdsPerSend)))
        {
            await SendAsync([.. group], cancellationToken).ConfigureAwait(false);
        }

        _open.CloseForAdding();
        return _open.Snapshot();
    }

    /// <summary>As <see cref="SendAllAsync"/>, with the failure beside what was sent. With one, nothing is known to be accepted.</summary>
    public async Task<(string Region, IReadOnlyList<SentCommand> Sent, FleetException? Failure)> TrySendAllAsync(
        CancellationToken cancellationToken)
    {
        try
        {
            return (region, await SendAllAsync(cancellationToken).ConfigureAwait(false), null);
        }
        catch (FleetException e)
        {
            return (region, [], e);
        }
    }

    /// <summary>The reply of a host whose send failed: without an answer from the service it may run all the same.</summary>
    public static HostReply NotAccepted(HostTarget target, FleetException cause) => new()
    {
        Target = target,
        Status = cause.Kind == FailureKind.ServiceUnavailable ? ReplyStatus.NoReply : ReplyStatus.NotSent,
        Cause = cause,
    };

    private async Task SendAsync(List<HostTarget> group, CancellationToken cancellationToken)
    {
        var throttled = 0;
        var uncertain = 0;
        while (group.Count > 0)
        {
            await _limiter.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await SendOnceAsync(group, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (InvalidTargetsException e) when (Named(group, e) is { Count: > 0 } bad)
            {
                group = await RefuseAsync(group, bad, e).ConfigureAwait(false);
                continue;
            }
            catch (InvalidTargetsException)
            {
                // The service did not say which: halves are sent until the bad one stands alone.
                await SendAsync(group[..(group.Count / 2)], cancellationToken).ConfigureAwait(false);
                group = group[(group.Count / 2)..];
                continue;
            }
            catch (FleetException e) when (e.Kind == FailureKind.ServiceThrottled && ++throttled < MaxThrottledSends)
            {
                _limiter.SlowDown();
            }
            catch (FleetException e) when (
                e.Kind == FailureKind.ServiceUnavailable && request.IsRepeatable && ++uncertain < MaxUncertainSends)
            {
                context.Log.Verbose($"A send in {region} got no answer; it is sent again: {e.Message}");
            }
            catch (FleetException e) when (_open.Any)
            {
                // Others are under way: their replies must not be lost over this one.
                await GiveUpAsync(group, e).ConfigureAwait(false);
                return;
            }
            catch (FleetException e) when (e.Kind == FailureKind.ServiceUnavailable && !request.IsRepeatable)
            {
                await GiveUpAsync(group, e).ConfigureAwait(false);
                return;
            }

            await Task.Delay(
                context.Schedule.After(throttled + uncertain, context.Jitter()), context.Time, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async Task SendOnceAsync(List<HostTarget> group, CancellationToken cancellationToken)
    {
        var sentAt = context.Time.GetUtcNow();
        var comment = request.Comment.Length > MaxCommentLength ? request.Comment[..MaxCommentLength] : request.Comment;
        var commandId = await context.Channel.SendAsync(
            new SendRequest
            {
                Region = region,
                InstanceIds = [.. group.Select(target => target.InstanceId)],
                Script = request.ScriptFor(group),
                Comment = comment,
                DeliveryTimeout = request.DeliveryTimeout,
                ExecutionTimeout = request.ExecutionTimeout,
            },
            cancellationToken).ConfigureAwait(false);
        _open.Add(new SentCommand(
            commandId, group, sentAt, request.DeliveryTimeout + request.ExecutionTimeout + s_grace));
        context.Log.Verbose($"Sent command {commandId} to {group.Count} host(s) in {region}: {comment}");
    }

    private static HashSet<string> Named(List<HostTarget> group, InvalidTargetsException e)
    {
        var bad = group.Select(target => target.InstanceId).Intersect(e.InstanceIds, StringComparer.Ordinal).ToHashSet();
        return bad.Count == 0 && group.Count == 1 ? [group[0].InstanceId] : bad;
    }

    private async Task<List<HostTarget>> RefuseAsync(
        List<HostTarget> group, HashSet<string> bad, InvalidTargetsException cause)
    {
        foreach (var target in group.Where(target => bad.Contains(target.InstanceId)))
        {
            context.Log.Verbose($"Systems Manager refused {target}: {cause.Message}");
            await replies.WriteAsync(new HostReply { Target = target, Status = ReplyStatus.Refused }).ConfigureAwait(false);
        }

        return group.FindAll(target => !bad.Contains(target.InstanceId));
    }

    private async Task GiveUpAsync(List<HostTarget> group, FleetException cause)
    {
        foreach (var target in group)
        {
            await replies.WriteAsync(NotAccepted(target, cause)).ConfigureAwait(false);
        }
    }

    private async Task CancelAbandonedAsync()
    {
        if (!request.CancelWhenAbandoned)
        {
            return;
        }

        using var limit = new CancellationTokenSource(s_cancelTimeout, context.Time);
        foreach (var command in _open.Snapshot())
        {
            try
            {
                await context.Channel.CancelAsync(region, command.CommandId, [], limit.Token).ConfigureAwait(false);
                context.Log.Verbose($"Cancelled command {command.CommandId} in {region}.");
            }
            catch (Exception e) when (e is FleetException or OperationCanceledException)
            {
                context.Log.Verbose($"Command {command.CommandId} in {region} could not be cancelled: {e.Message}");
            }
        }
    }
}
