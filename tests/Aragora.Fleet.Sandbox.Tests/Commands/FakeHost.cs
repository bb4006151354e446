using Aragora.Fleet.Sandbox.Ssm;

namespace Aragora.Fleet.Sandbox.Tests.Commands;

/// <summary>A host that takes a command up, and answers it, when the test says so.</summary>
internal sealed class FakeHost : IScriptHost
{
    private readonly TaskCompletionSource _takeUp = new();
    private readonly TaskCompletionSource<ScriptOutcome> _reply = new();

    public bool IsConnected { get; set; } = true;

    /// <summary>What it was given to run.</summary>
    public ScriptOrder? Order { get; private set; }

    public bool WasCancelled { get; private set; }

    /// <summary>Whether a command waits for it to be taken up.</summary>
    public bool IsAsked { get; private set; }

    public void TakeUp() => _takeUp.TrySetResult();

    /// <summary>Takes up at once, and fails in a way that nobody thought of.</summary>
    public void Break()
    {
        TakeUp();
        _reply.TrySetException(new FormatException("a defect"));
    }

    public void Reply(int exitCode) => _reply.TrySetResult(new ScriptOutcome(
        exitCode, WasCancelled, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "out", ""));

    /// <summary>Takes up at once, and answers at once.</summary>
    public void Answer(int exitCode)
    {
        TakeUp();
        Reply(exitCode);
    }

    public Task TakeUpAsync(CancellationToken cancellationToken)
    {
        IsAsked = true;
        return _takeUp.Task.WaitAsync(cancellationToken);
    }

    public Task<ScriptOutcome> RunAsync(ScriptOrder order, CancellationToken cancellationToken)
    {
        Order = order;
        return _reply.Task.WaitAsync(cancellationToken);
    }

    public Task CancelAsync(string commandId, CancellationToken cancellationToken)
    {
        WasCancelled = true;
        Reply(137);
        return Task.CompletedTask;
    }
}
