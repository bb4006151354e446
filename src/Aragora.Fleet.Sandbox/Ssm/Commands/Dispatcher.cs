namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>Sends invocations to their hosts, at most MaxConcurrency at a time, until MaxErrors is exceeded.</summary>
internal sealed class Dispatcher(IReadOnlyDictionary<string, IScriptHost> hosts) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly object _gate = new();
    private readonly List<Task> _running = [];

    public void Dispatch(RunCommand command)
    {
        lock (_gate)
        {
            _running.RemoveAll(task => task.IsCompleted);
            _running.Add(Task.Run(() => RunAsync(command)));
        }
    }

    public void Cancel(RunCommand command, IReadOnlyList<string> instanceIds)
    {
        foreach (var invocation in command.Invocations)
        {
            var isMeant = instanceIds.Count == 0 || instanceIds.Contains(invocation.InstanceId);
            if (isMeant && invocation.RequestCancel())
                _ = hosts[invocation.InstanceId].CancelAsync(command.Id, _stop.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Task[] running;
        lock (_gate)
            running = [.. _running];
        await Task.WhenAll(running);
        _stop.Dispose();
    }

    private async Task RunAsync(RunCommand command)
    {
        var order = command.Order;
        using var slots = new SemaphoreSlim(Math.Max(1, order.MaxConcurrency.Of(command.Invocations.Count)));
        var sent = new List<Task>();
        foreach (var invocation in command.Invocations)
        {
            await slots.WaitAsync();
            if (command.ErrorCount > order.MaxErrors.Of(command.Invocations.Count))
                invocation.Terminate();
            sent.Add(invocation.TryBegin() ? RunOneAsync(command, invocation, slots) : Skip(slots));
        }

        await Task.WhenAll(sent);
    }

    private static Task Skip(SemaphoreSlim slots)
    {
        slots.Release();
        return Task.CompletedTask;
    }

    private async Task RunOneAsync(RunCommand command, Invocation invocation, SemaphoreSlim slots)
    {
        var order = command.Order;
        try
        {
            invocation.Finish(await hosts[invocation.InstanceId].RunAsync(
                new ScriptOrder(command.Id, order.Script, order.WorkingDirectory, order.ExecutionTimeout),
                _stop.Token));
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            // The host is gone, as at the end of the sandbox.
            invocation.Fail();
        }
        finally
        {
            slots.Release();
        }
    }
}
