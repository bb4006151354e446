namespace Aragora.Fleet.Failures;

/// <summary>A failure of the closed set, with the thing at fault and what to do next.</summary>
public sealed class FleetException : Exception
{
    /// <summary>Makes a failure.</summary>
    /// <param name="kind">Which of the closed set.</param>
    /// <param name="message">One sentence: what, where, why, with ids. Never a secret.</param>
    /// <param name="action">One imperative sentence: what the user does next.</param>
    /// <param name="target">The thing at fault, never the cmdlet.</param>
    /// <param name="inner">The cause, where there is one.</param>
    public FleetException(
        FailureKind kind, string message, string action, object? target = null, Exception? inner = null)
        : base(message, inner)
    {
        Kind = kind;
        Action = action;
        FailureTarget = target;
    }

    /// <summary>Which of the closed set.</summary>
    public FailureKind Kind { get; }

    /// <summary>What the user does next.</summary>
    public string Action { get; }

    /// <summary>The thing at fault.</summary>
    public object? FailureTarget { get; }
}
