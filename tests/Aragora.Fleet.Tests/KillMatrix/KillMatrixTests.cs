using System.Collections.Concurrent;
using Aragora.Fleet.Sandboxes;
using Aragora.Fleet.Tests.Scale;
using Xunit.Abstractions;

namespace Aragora.Fleet.Tests.KillMatrix;

/// <summary>
/// A deploy of four live hosts is killed at any moment, or its hosts suffer at any phase, and a machine that knows nothing
/// of it goes on or goes back: then every host is where it was meant to be, well, and nothing is left behind.
/// </summary>
public sealed class KillMatrixTests(ITestOutputHelper output)
{
    private readonly MatrixReport _report = new(output);

    [Fact]
    public Task A_few_kills_and_a_suffering_host() => RunAsync(
        fleets: 2, [.. MatrixRound.Kills(3), MatrixRound.Suffering(SandboxFaultKind.DiskFull, "install", MatrixRound.Restore)]);

    /// <summary>
    /// An hour or more; its table is in docs/benchmarks.md. <c>ARAGORA_SOAK_ROUNDS='kill 7,DiskFull at install'</c> runs some
    /// of its rounds again, <c>ARAGORA_SOAK_FLEETS</c> says on how many fleets at once.
    /// </summary>
    [SoakFact]
    [Trait("Category", "Soak")]
    public Task Fifty_kills_and_every_suffering_at_every_phase()
    {
        var named = Environment.GetEnvironmentVariable("ARAGORA_SOAK_ROUNDS")?.Split(',');
        var fleets = int.Parse(Environment.GetEnvironmentVariable("ARAGORA_SOAK_FLEETS") ?? "4");
        return RunAsync(
            fleets, MatrixRound.Kills(50).Concat(MatrixRound.Sufferings()).Where(round => named?.Contains(round.Name) ?? true));
    }

    private async Task RunAsync(int fleets, IEnumerable<MatrixRound> rounds)
    {
        var left = new ConcurrentQueue<MatrixRound>(rounds);
        await Task.WhenAll(Enumerable.Range(0, fleets).Select(_ => Task.Run(() => WorkAsync(left))));
        _report.Summarize();
        Assert.True(_report.Wrong.Count == 0, string.Join("\n\n", _report.Wrong));
    }

    /// <summary>Rounds one after the other; after one that went wrong on a fleet of their own.</summary>
    private async Task WorkAsync(ConcurrentQueue<MatrixRound> left)
    {
        while (!left.IsEmpty)
        {
            using var run = await MatrixRun.StartAsync(await SandboxMatrixFleet.StartAsync(), _report);
            while (left.TryDequeue(out var round) && await run.RunAsync(round))
            {
            }
        }
    }
}
