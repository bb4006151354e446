namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>
/// How many invocations may be under way. It begins narrow, and every completion makes it one wider up to its limit:
/// one, then two, then four, as the service sends to the hosts that a target selects.
/// </summary>
internal sealed class Ramp(int start, int limit) : IDisposable
{
    private readonly SemaphoreSlim _places = new(Math.Min(start, limit));
    private readonly object _gate = new();
    private int _width = Math.Min(start, limit);

    public Task EnterAsync(CancellationToken cancellationToken) => _places.WaitAsync(cancellationToken);

    /// <summary>How many left in error.</summary>
    public int Errors { get; private set; }

    public void Leave(bool isError)
    {
        lock (_gate)
        {
            Errors += isError ? 1 : 0;
            var freed = 1;
            if (_width < limit)
                (_width, freed) = (_width + 1, 2);
            _places.Release(freed);
        }
    }

    public void Dispose() => _places.Dispose();
}
