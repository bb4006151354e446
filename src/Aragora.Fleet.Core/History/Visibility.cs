namespace Aragora.Fleet.History;

/// <summary>The lists of Systems Manager show a command only some seconds after its send.</summary>
internal static class Visibility
{
    /// <summary>After this a command that is not to be seen does not exist.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    /// <summary>Waits before the next look.</summary>
    /// <returns>False where the time is up.</returns>
    public static async Task<bool> PauseAsync(TimeProvider time, DateTimeOffset giveUp, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() >= giveUp)
        {
            return false;
        }

        await Task.Delay(s_pause, time, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
