namespace Aragora.Fleet.Commands;

/// <summary>How long to wait between two looks at the commands under way.</summary>
public sealed record PollSchedule
{
    /// <summary>The wait before the first look.</summary>
    public TimeSpan First { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>The longest wait.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>By how much the wait grows with each look that brings nothing new.</summary>
    public double Growth { get; init; } = 1.5;

    /// <summary>The wait after so many looks in a row that brought nothing new.</summary>
    /// <param name="idleLooks">Looks in a row without news; 0 right after sending.</param>
    /// <param name="jitter">A number from 0 to 1; up to a fifth of the wait is taken off, so that clients spread out.</param>
    public TimeSpan After(int idleLooks, double jitter)
    {
        var wait = First.TotalMilliseconds * Math.Pow(Growth, Math.Min(idleLooks, 30));
        return TimeSpan.FromMilliseconds(Math.Min(wait, Longest.TotalMilliseconds) * (1 - (0.2 * jitter)));
    }
}
