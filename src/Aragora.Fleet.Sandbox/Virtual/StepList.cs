using Aragora.Fleet.HostScripts;

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

    /// <summary>
    /// The step of a run that began last; null where it had none here. A step forward that was refused left the host as an
    /// older step of the run had, so that one counts where there is one.
    /// </summary>
    public (string Id, Task<ScriptAnswer> End)? Newest(string deploy)
    {
        lock (_gate)
        {
            var steps = _steps.FindAll(step => step.Id.StartsWith(deploy + "-", StringComparison.Ordinal));
            var index = steps.FindLastIndex(step =>
                step.Id.StartsWith(deploy + "-back", StringComparison.Ordinal) || !WasBarred(step.End));
            return index >= 0 ? steps[index] : steps.Count > 0 ? steps[^1] : null;
        }
    }

    private static bool WasBarred(Task<ScriptAnswer> end) =>
        end.IsCompletedSuccessfully && ResultBlock.Read(end.Result.Stdout).Text("outcome") is "refused" or "locked" or "fenced";
}
