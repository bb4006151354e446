namespace Aragora.Fleet.Commands;

/// <summary>A token bucket for the calls to one service in one region. Throttling halves its rate, quiet restores it.</summary>
public sealed class RateLimiter
{
    private const double SlowestRate = 0.5;
    private static readonly TimeSpan s_recovery = TimeSpan.FromSeconds(10);

    private readonly object _gate = new();
    private readonly TimeProvider _time;
    private readonly double _fullRate;
    private readonly int _burst;
    private double _rate;
    private double _tokens;
    private long _refilled;
    private long _slowed;

    /// <summary>Makes a full bucket.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="callsPerSecond">The full rate.</param>
    /// <param name="burst">How many calls may go at once after a pause.</param>
    public RateLimiter(TimeProvider time, double callsPerSecond = 10, int burst = 20)
    {
        _time = time;
        _fullRate = _rate = callsPerSecond;
        _tokens = _burst = burst;
        _refilled = time.GetTimestamp();
    }

    /// <summary>Returns when the next call may go.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var wait = Reserve();
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The service throttled: halves the rate.</summary>
    public void SlowDown()
    {
        lock (_gate)
        {
            _rate = Math.Max(SlowestRate, _rate / 2);
            _tokens = Math.Min(_tokens, 0);
            _slowed = _time.GetTimestamp();
        }
    }

    private TimeSpan Reserve()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            if (_rate < _fullRate && _time.GetElapsedTime(_slowed, now) > s_recovery)
            {
                _rate = Math.Min(_fullRate, _rate * 2);
                _slowed = now;
            }

            _tokens = Math.Min(_burst, _tokens + (_time.GetElapsedTime(_refilled, now).TotalSeconds * _rate));
            _refilled = now;
            _tokens--;
            return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / _rate);
        }
    }
}
