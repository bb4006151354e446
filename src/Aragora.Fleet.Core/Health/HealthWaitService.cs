using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Health;

/// <summary>
/// Asks hosts again and again until they are as well as they shall be. A round goes to the open hosts that have answered
/// the round before, so that one that is silent does not hold the others up.
/// </summary>
/// <param name="health">Asks hosts.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told how many are well.</param>
public sealed class HealthWaitService(HealthService health, TimeProvider time, IFleetLog log)
{
    /// <summary>
    /// Streams each host's report as soon as it is final: well for long enough, or as it was last when the time was over,
    /// with HealthWaitTimedOut beside it.
    /// </summary>
    /// <param name="targets">The hosts; one that cannot be reached yet is waited for too.</param>
    /// <param name="wait">What to wait for.</param>
    /// <param name="token">Where each host finds a token for the endpoints that need one; null to leave those out.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <exception cref="FleetException">Nobody can be asked: credentials, permission.</exception>
    public async IAsyncEnumerable<(HealthReport Report, FleetException? Failure)> WaitAsync(
        IReadOnlyList<HostTarget> targets,
        HealthWait wait,
        TokenSecret? token,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var open = targets.ToDictionary(target => target.InstanceId, target => new AwaitedHost(target, wait, time));
        var answers = Channel.CreateUnbounded<HealthReport>();
        var rounds = new List<Task>();
        using var limit = new CancellationTokenSource(wait.Timeout, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            while (open.Count > 0 && !limit.IsCancellationRequested)
            {
                rounds.RemoveAll(round => round.IsCompleted);
                rounds.Add(AskAsync([.. open.Values.Where(host => host.Ask())], token, answers.Writer, end.Token));
                using var pause = new CancellationTokenSource(wait.Interval, time);
                using var turn = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, end.Token);
                while (open.Count > 0 && await HasAnswerAsync(answers.Reader, turn.Token, cancellationToken).ConfigureAwait(false))
                {
                    var report = await answers.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                    if (open[report.InstanceId].IsWell(report))
                    {
                        open.Remove(report.InstanceId);
                        yield return (report, null);
                    }

                    Tell(targets.Count - open.Count, targets.Count);
                }
            }
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(rounds).ConfigureAwait(false);
        }

        foreach (var host in open.Values)
        {
            yield return host.GiveUp();
        }
    }

    /// <summary>Whether there is an answer before the turn ends.</summary>
    private static async Task<bool> HasAnswerAsync(
        ChannelReader<HealthReport> answers, CancellationToken turn, CancellationToken cancellationToken)
    {
        try
        {
            return await answers.WaitToReadAsync(turn).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    // A wait outlasts a service that is out of reach for a while; what no patience mends ends it through the channel.
    private async Task AskAsync(
        List<AwaitedHost> hosts, TokenSecret? token, ChannelWriter<HealthReport> answers, CancellationToken cancellationToken)
    {
        try
        {
            var targets = hosts.ConvertAll(host => host.Target);
            await foreach (var (report, _) in health.CheckAsync(targets, token, cancellationToken).ConfigureAwait(false))
            {
                await answers.WriteAsync(report, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (FleetException e) when (e.Kind is FailureKind.ServiceThrottled or FailureKind.ServiceUnavailable)
        {
            foreach (var host in hosts)
            {
                await answers.WriteAsync(HealthService.Unknown(host.Target, e), CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (FleetException e)
        {
            answers.TryComplete(e);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody waits for this round any more; its commands are cancelled at the service.
        }
    }

    private void Tell(int well, int total) => log.Progress($"{well} of {total} well", well, total);
}
