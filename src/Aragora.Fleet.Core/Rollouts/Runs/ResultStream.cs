using System.Threading.Channels;

namespace Aragora.Fleet.Rollouts.Runs;

/// <summary>The results of a run as they become final, while the run goes on beside whoever reads them.</summary>
internal static class ResultStream
{
    /// <summary>Streams what the work gives. The work goes to its end even where the enumeration is given up.</summary>
    public static async IAsyncEnumerable<DeployResult> Of(Func<Action<DeployResult>, Task> work)
    {
        var results = Channel.CreateUnbounded<DeployResult>(new UnboundedChannelOptions { SingleReader = true });
        var running = RunAsync(work, results.Writer);
        try
        {
            await foreach (var result in results.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                yield return result;
            }
        }
        finally
        {
            await running.ConfigureAwait(false);
        }
    }

    private static async Task RunAsync(Func<Action<DeployResult>, Task> work, ChannelWriter<DeployResult> results)
    {
        try
        {
            await work(result => results.TryWrite(result)).ConfigureAwait(false);
        }
        finally
        {
            results.Complete();
        }
    }
}
