using System.Collections.Concurrent;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>The scripts under way, by the command that they belong to.</summary>
internal sealed class RunningScripts
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _cancels = new();

    public CancellationTokenSource Add(string commandId) => _cancels[commandId] = new CancellationTokenSource();

    public void Remove(string commandId)
    {
        if (_cancels.TryRemove(commandId, out var cancel))
            cancel.Dispose();
    }

    /// <summary>False when no script of this command is under way.</summary>
    public bool Cancel(string commandId)
    {
        if (!_cancels.TryGetValue(commandId, out var cancel))
            return false;
        cancel.Cancel();
        return true;
    }
}
