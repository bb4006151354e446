using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Commands;

/// <summary>Sends one script to many hosts and streams each host's reply as soon as it is final.</summary>
/// <param name="channel">SSM Run Command.</param>
/// <param name="instances">Where the agents of hosts that do not answer are looked after.</param>
/// <param name="limits">The rate of calls, for each region.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told what is sent and what comes back.</param>
/// <param name="schedule">How often to look; null for the default.</param>
/// <param name="jitter">Numbers from 0 to 1 that spread clients out; null for random ones.</param>
public sealed class CommandDispatcher(
    ICommandChannel channel,
    IInstanceDirectory instances,
    RegionLimits limits,
    TimeProvider time,
    IFleetLog log,
    PollSchedule? schedule = null,
    Func<double>? jitter = null)
{
    private readonly Func<double> _jitter = jitter ?? new Random().NextDouble;

    /// <summary>
    /// Runs the request. Every target gets exactly one reply, whatever happens to the others. If the enumeration is given
    /// up, the commands are cancelled at the service when the request says so.
    /// </summary>
    /// <exception cref="FleetException">Nothing could be sent at all: credentials, permission, endpoint.</exception>
    public async IAsyncEnumerable<HostReply> RunAsync(
        CommandRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var replies = Channel.CreateUnbounded<HostReply>();
        var all = Task.WhenAll(ByRegion(request, replies.Writer).Select(region => region.RunAsync(stop.Token)));
        _ = all.ContinueWith(
            t => replies.Writer.TryComplete(t.Exception?.InnerException),
            CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        var total = request.Targets.Count;
        var done = 0;
        try
        {
            log.Progress($"0 of {total} answered", 0, total);
            await foreach (var reply in replies.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                done++;
                log.Progress($"{done} of {total} answered", done, total);
                yield return reply;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await all.ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Sends the request and waits for nothing. A region that fails is a reply of each of its hosts where another region
    /// has accepted a command, or may have: what runs must not be lost over it.
    /// </summary>
    /// <exception cref="FleetException">Nothing could be sent at all: credentials, permission, endpoint.</exception>
    public async Task<SendOutcome> SendAsync(CommandRequest request, CancellationToken cancellationToken)
    {
        var notAccepted = Channel.CreateUnbounded<HostReply>();
        var regions = await Task.WhenAll(
            ByRegion(request, notAccepted.Writer).Select(region => region.TrySendAllAsync(cancellationToken)))
            .ConfigureAwait(false);
        var refused = new List<HostReply>();
        while (notAccepted.Reader.TryRead(out var reply))
        {
            refused.Add(reply);
        }

        var mayRun = regions.Any(region => region.Sent.Count > 0) || refused.Exists(reply => reply.MayHaveRun);
        var answered = refused.Select(reply => reply.Target).ToHashSet();
        foreach (var (region, _, failure) in regions.Where(region => region.Failure is not null))
        {
            if (!mayRun)
            {
                ExceptionDispatchInfo.Throw(failure!);
            }

            refused.AddRange(request.Targets
                .Where(target => target.Region == region && !answered.Contains(target))
                .Select(target => RegionDispatch.NotAccepted(target, failure!)));
        }

        return new SendOutcome(
            [.. regions.SelectMany(region => region.Sent).SelectMany(
                command => command.Waiting.Values.Select(target => new AcceptedCommand(target, command.CommandId)))],
            refused);
    }

    private List<RegionDispatch> ByRegion(CommandRequest request, ChannelWriter<HostReply> replies)
    {
        var context = new DispatchContext(channel, instances, limits, time, log, schedule ?? new PollSchedule(), _jitter);
        return
        [
            .. request.Targets
                .GroupBy(target => target.Region, StringComparer.Ordinal)
                .Select(group => new RegionDispatch(context, request, group.Key, [.. group], replies)),
        ];
    }
}

/// <summary>What became of a send that nobody waits for.</summary>
/// <param name="Accepted">The hosts whose command was accepted.</param>
/// <param name="NotAccepted">The others, and why.</param>
public sealed record SendOutcome(IReadOnlyList<AcceptedCommand> Accepted, IReadOnlyList<HostReply> NotAccepted);

/// <summary>One host of an accepted command.</summary>
/// <param name="Target">The host.</param>
/// <param name="CommandId">The SSM command.</param>
public sealed record AcceptedCommand(HostTarget Target, string CommandId);

/// <summary>What every region's part of a dispatch shares.</summary>
internal sealed record DispatchContext(
    ICommandChannel Channel,
    IInstanceDirectory Instances,
    RegionLimits Limits,
    TimeProvider Time,
    IFleetLog Log,
    PollSchedule Schedule,
    Func<double> Jitter);
