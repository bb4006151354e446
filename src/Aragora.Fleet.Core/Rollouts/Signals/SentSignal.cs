namespace Aragora.Fleet.Rollouts.Signals;

/// <summary>A signal that was put where its run looks. The run itself carries it out, at its next look.</summary>
public sealed record SentSignal
{
    /// <summary>The run.</summary>
    public required string DeployId { get; init; }

    /// <summary>The environment of the run.</summary>
    public required string Environment { get; init; }

    /// <summary>The regions in which the signal was put.</summary>
    public required IReadOnlyList<string> Region { get; init; }

    /// <summary>What was asked for.</summary>
    public required DeploySignalKind Kind { get; init; }

    /// <summary>Who asked.</summary>
    public required string Who { get; init; }

    /// <summary>Why; empty where nothing was said.</summary>
    public required string Reason { get; init; }

    /// <summary>Who runs the deploy.</summary>
    public required string Owner { get; init; }

    /// <summary>What happens next, and who does it.</summary>
    public string Next => Kind switch
    {
        DeploySignalKind.Stop => "The run starts no further host after the wave under way, and leaves what is done.",
        DeploySignalKind.Restore => "The run starts no further host after the wave under way, and takes back what is done.",
        DeploySignalKind.Approve => $"If the run waits for approval, it goes on. {WhoTakesNone}",
        _ => $"If the run waits for approval, it takes back what is done. {WhoTakesNone}",
    };

    private string WhoTakesNone =>
        $"One that was begun without -Approve, or whose client is gone, takes no notice: Get-AragoraDeploy {DeployId} tells how it stands.";
}
