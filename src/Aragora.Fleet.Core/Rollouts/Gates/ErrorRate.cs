namespace Aragora.Fleet.Rollouts.Gates;

/// <summary>
/// When a host writes so many errors that its release is at fault. The rule is simple so that everyone can tell what it
/// will say: at least <see cref="Floor"/> error lines in the window, and more than <see cref="Factor"/> times as many as
/// others wrote in the same time.
/// </summary>
internal static class ErrorRate
{
    /// <summary>Fewer lines than these are never a verdict: a request that fails now and then is no release at fault.</summary>
    public const int Floor = 5;

    /// <summary>How many times the others' errors are still no difference.</summary>
    public const int Factor = 3;

    /// <summary>Why the host fails; null where it does not.</summary>
    /// <param name="errors">The host's error lines in the window.</param>
    /// <param name="window">How long it was watched.</param>
    /// <param name="others">The error lines of the hosts that run the release before, in the same window.</param>
    /// <param name="before">The host's own error lines a second before its deploy, which count where there are no others.</param>
    public static string? Judge(long errors, TimeSpan window, IReadOnlyCollection<long> others, double before)
    {
        var usual = others.Count > 0 ? others.Average() : before * window.TotalSeconds;
        if (errors < Floor || errors <= usual * Factor)
        {
            return null;
        }

        var compared = others.Count > 0
            ? $"{usual:0.#} on average on the {others.Count} host(s) of the release before"
            : $"{usual:0.#} in as long a time before the deploy";
        return FormattableString.Invariant($"{errors} error line(s) within {Math.Ceiling(window.TotalSeconds)} s, against {compared}");
    }
}
