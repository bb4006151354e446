namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>A host's lock, as lib/lock.sh has it: one change at a time.</summary>
internal sealed class HostLock
{
    private readonly object _gate = new();
    private string? _owner;

    /// <summary>Who has it.</summary>
    public string Owner
    {
        get
        {
            lock (_gate)
                return _owner ?? "an unknown owner";
        }
    }

    /// <summary>Takes it until the result is disposed; null where another has it.</summary>
    public IDisposable? Take(string who, string what, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_owner is not null)
                return null;
            _owner = $"{who}, {what}, since {now:yyyy-MM-ddTHH:mm:ssZ}";
            return new Holder(this);
        }
    }

    private sealed class Holder(HostLock held) : IDisposable
    {
        public void Dispose()
        {
            lock (held._gate)
                held._owner = null;
        }
    }
}
