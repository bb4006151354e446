namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>What a host keeps of the runs that took it: <c>deploys</c> of its state, and which of them moved it.</summary>
internal sealed class RunRecords
{
    private readonly object _gate = new();
    private readonly Dictionary<string, SortedDictionary<string, string>> _records = new(StringComparer.Ordinal);
    private readonly HashSet<string> _moved = new(StringComparer.Ordinal);

    /// <summary>The runs of which something was kept.</summary>
    public IReadOnlyList<string> Ids
    {
        get
        {
            lock (_gate)
                return [.. _records.Keys];
        }
    }

    /// <summary>What was kept of a run, by key in ordinal order; null where the host does not know it.</summary>
    public IReadOnlyDictionary<string, string>? Find(string deploy)
    {
        lock (_gate)
            return _records.GetValueOrDefault(deploy);
    }

    /// <summary>Keeps the record of a run in place of an earlier one.</summary>
    public void Keep(string deploy, SortedDictionary<string, string> record)
    {
        lock (_gate)
            _records[deploy] = record;
    }

    /// <summary>A step of this run has moved the host.</summary>
    public void NoteMove(string deploy)
    {
        lock (_gate)
            _moved.Add(deploy);
    }

    /// <summary>Whether a step of this run has moved the host.</summary>
    public bool WasMoved(string deploy)
    {
        lock (_gate)
            return _moved.Contains(deploy);
    }
}
