namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>The steps that a host was given, in the order in which they began. Each is run once.</summary>
internal sealed class StepList
{
    private readonly object _gate = new();
    private readonly List<(string Id, Task<ScriptAnswer> End)> _steps = [];

    /// <summary>The end of a step; one that the host does not know yet is begun.</summary>
    public Task<ScriptAnswer> Once(string id, Func<Task<ScriptAnswer>> begin)
    {
        lock (_gate)
        {
            var index = _steps.FindIndex(step => step.Id == id);
            if (index < 0)
            {
                index = _steps.Count;
                _steps.Add((id, begin()));
            }

            return _steps[index].End;
        }
    }

    /// <summary>The step of a run that began last; null where it had none here.</summary>
    public (string Id, Task<ScriptAnswer> End)? Newest(string deploy)
    {
        lock (_gate)
        {
            var index = _steps.FindLastIndex(step => step.Id.StartsWith(deploy + "-", StringComparison.Ordinal));
            return index < 0 ? null : _steps[index];
        }
    }
}
