namespace Aragora.Fleet.Sandbox.Faults;

/// <summary>The clock by which signatures are checked; for the call under way it can be wrong.</summary>
internal sealed class SkewedClock(TimeProvider clock) : TimeProvider
{
    private readonly AsyncLocal<TimeSpan> _skew = new();

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() + _skew.Value;

    /// <summary>From here on, in this call, the clock is wrong by so much.</summary>
    public void Set(TimeSpan skew) => _skew.Value = skew;
}
