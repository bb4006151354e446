using Aragora.Fleet.Sandbox.Ssm.Parameters;

namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>Sends invocations to their hosts, at most MaxConcurrency at a time, until MaxErrors is exceeded.</summary>
internal sealed class Dispatcher(IReadOnlyDictionary<string, IScriptHost> hosts, TimeProvider clock) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly object _gate = new();
    private readonly List<Task> _running = [];

    public bool IsConnected(string instanceId) => hosts.TryGetValue(instanceId, out var host) && host.IsConnected;

    public void Dispatch(RunCommand command)
    {
        // The time runs from here on, not from when a thread is free.
        var expiry = new CancellationTokenSource(command.ExpiresAt - clock.GetUtcNow(), clock);
        lock (_gate)
        {
            // A defect stays until the end, which tells it.
            _running.RemoveAll(task => task.IsCompletedSuccessfully);
            _running.Add(Task.Run(() => RunAsync(command, expiry)));
        }
    }

    public void Cancel(RunCommand command, IReadOnlyList<string> instanceIds)
    {
        // All are marked before any host is told: the place that one leaves must not go to another of them.
        var running = command.Invocations
            .Where(invocation => instanceIds.Count == 0 || instanceIds.Contains(invocation.InstanceId))
            .Where(invocation => invocation.RequestCancel())
            .ToList();
        foreach (var invocation in running)
            _ = hosts[invocation.InstanceId].CancelAsync(command.Id, _stop.Token);
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

    private async Task RunAsync(RunCommand command, CancellationTokenSource expiry)
    {
        using (expiry)
        using (var end = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, _stop.Token))
        using (var ramp = new Ramp(command.Order.Targets is null ? command.MaxConcurrency : 1, command.MaxConcurrency))
        {
            var sent = new List<Task>();
            foreach (var invocation in command.Invocations)
            {
                await ramp.EnterAsync(end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (end.IsCancellationRequested)
                    break;
                if (ramp.Errors > command.MaxErrors)
                {
                    Terminate(command);
                    break;
                }

                sent.Add(SendAsync(command, invocation, ramp, end.Token));
            }

            try
            {
                await Task.WhenAll(sent);
            }
            finally
            {
                if (expiry.IsCancellationRequested)
                    Expire(command);
            }
        }
    }

    private static void Terminate(RunCommand command)
    {
        foreach (var invocation in command.Invocations)
            invocation.Terminate();
    }

    private static void Expire(RunCommand command)
    {
        foreach (var invocation in command.Invocations)
            invocation.End(InvocationState.DeliveryTimedOut);
    }

    private async Task SendAsync(RunCommand command, Invocation invocation, Ramp ramp, CancellationToken end)
    {
        try
        {
            if (command.Order.NamesInstancesAsTargets && !IsConnected(invocation.InstanceId))
                invocation.End(InvocationState.Undeliverable);
            if (invocation.TryBegin() && await IsTakenUpAsync(command, invocation, end))
                await RunAsync(command, invocation, end);
        }
        catch (DeliveryTimedOutException)
        {
            invocation.End(InvocationState.DeliveryTimedOut);
        }
        catch (HttpRequestException)
        {
            // The host is gone, as at the end of the sandbox.
            invocation.End(InvocationState.Failed);
        }
        catch (OperationCanceledException)
        {
            // The command has expired, or the sandbox ends.
        }
        catch
        {
            // A defect of ours: the service goes on, and the end of the sandbox tells it.
            invocation.End(InvocationState.Failed);
            throw;
        }
        finally
        {
            ramp.Leave(invocation.State.IsError);
        }
    }

    private async Task<bool> IsTakenUpAsync(RunCommand command, Invocation invocation, CancellationToken end)
    {
        using var delivery = new CancellationTokenSource(command.Order.DeliveryTimeout, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(delivery.Token, end);
        try
        {
            // Where there is no host, as behind a stopped instance, nobody takes anything up.
            await (hosts.TryGetValue(invocation.InstanceId, out var host)
                ? host.TakeUpAsync(limit.Token).WaitAsync(limit.Token)
                : Task.Delay(Timeout.Infinite, limit.Token));
            return invocation.TryTakeUp();
        }
        catch (OperationCanceledException) when (delivery.IsCancellationRequested)
        {
            invocation.End(InvocationState.DeliveryTimedOut);
            return false;
        }
    }

    private async Task RunAsync(RunCommand command, Invocation invocation, CancellationToken end)
    {
        var order = command.Order;
        if (!command.Parameters.TryResolve(order.Commands, out var commands)
            || !command.Parameters.TryResolve(order.WorkingDirectory, out var directory))
        {
            // The agent fails before it has begun: no output, no exit code.
            invocation.End(InvocationState.Failed);
            return;
        }

        var script = string.Join('\n', commands) + "\n";
        var run = hosts[invocation.InstanceId].RunAsync(
            new ScriptOrder(command.Id, script, directory, order.ExecutionTimeout), _stop.Token);
        // A reply that comes after the expiry is not waited for; the script itself goes on.
        invocation.Finish(await run.WaitAsync(end));
    }
}
