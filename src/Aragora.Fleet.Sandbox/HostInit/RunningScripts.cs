using System.Collections.Concurrent;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>The scripts under way, by the command that they belong to.</summary>
internal sealed class RunningScripts
{
    private readonly ConcurrentDictionary<string, Run> _runs = new();

    public Run Add(string commandId) => _runs[commandId] = new Run();

    public void Remove(string commandId)
    {
        if (_runs.TryRemove(commandId, out var run))
            run.Dispose();
    }

    /// <summary>False when no script of this command is under way.</summary>
    public bool Cancel(string commandId)
    {
        if (!_runs.TryGetValue(commandId, out var run))
            return false;
        run.Cancel();
        return true;
    }

    /// <summary>Kills all of them, and none will be answered for.</summary>
    public void LoseAll()
    {
        foreach (var run in _runs.Values)
        {
            run.IsLost = true;
            run.Cancel();
        }
    }

    /// <summary>One script, running or waiting for a worker.</summary>
    internal sealed class Run : IDisposable
    {
        private readonly CancellationTokenSource _cancel = new();

        public bool IsLost { get; set; }

        public CancellationToken Cancellation => _cancel.Token;

        public void Cancel() => _cancel.Cancel();

        public void Dispose() => _cancel.Dispose();
    }
}
