namespace Aragora.Fleet.Rollouts.History;

/// <summary>What is asked of the hosts.</summary>
public sealed record HistoryQuestion
{
    /// <summary>One run, with its record; null for the newest runs without.</summary>
    public string? DeployId { get; init; }

    /// <summary>What ran at this time; null for not asked.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Releases, or the beginnings of commits, of which a host tells whether they failed there.</summary>
    public IReadOnlyCollection<string> Named { get; init; } = [];

    /// <summary>How many releases to go back to, at most; 15 fit an answer by themselves.</summary>
    public int Points { get; init; }

    /// <summary>How many runs, at most; 10 fit an answer by themselves.</summary>
    public int Runs { get; init; }

    /// <summary>For so long a step of the run that is under way on a host is waited for there.</summary>
    public TimeSpan Wait { get; init; }
}
