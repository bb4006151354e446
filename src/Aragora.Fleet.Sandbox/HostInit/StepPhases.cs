using Aragora.Fleet.Sandbox.Hosts;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>Which phases the steps on this host have entered, by the facts that they write down as they go.</summary>
internal sealed class StepPhases(HostPaths paths)
{
    private const string Revert = "revert";

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>How often a phase was entered; waits a second at most for it to be more often than it was.</summary>
    /// <param name="phase">The phase; with a word and a slash before it, of steps alone whose id has that word.</param>
    /// <param name="known">How often it was; -1 to be told at once.</param>
    public async Task<int> CountAsync(string phase, int known, CancellationToken cancellationToken)
    {
        var end = DateTimeOffset.UtcNow + s_patience;
        int count;
        while ((count = Count(phase)) <= known && DateTimeOffset.UtcNow < end)
            await Task.Delay(s_look, cancellationToken);
        return count;
    }

    private int Count(string phase)
    {
        var slash = phase.IndexOf('/', StringComparison.Ordinal);
        var (word, line) = (slash < 0 ? "" : phase[..slash], $"phase {phase[(slash + 1)..]}");
        var steps = paths.StateDirectory + "/steps";
        return !Directory.Exists(steps)
            ? 0
            : Directory.EnumerateDirectories(steps)
                .Where(step => word is "" or Revert || Path.GetFileName(step).Contains("-" + word, StringComparison.Ordinal))
                .Select(step => step + "/facts")
                .Where(File.Exists)
                .Sum(facts => File.ReadLines(facts).SkipWhile(text => word == Revert && text != "reverting 1").Count(text => text == line));
    }
}
