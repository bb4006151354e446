using System.IO.Pipes;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>A script under way.</summary>
internal sealed class ScriptProcess : IDisposable
{
    private readonly AnonymousPipeServerStream _stdout = new(PipeDirection.In);
    private readonly AnonymousPipeServerStream _stderr = new(PipeDirection.In);

    public ScriptProcess(string[] command, IReadOnlyDictionary<string, string> environment)
    {
        Id = NativeSpawn.Start(
            command,
            [.. environment.Select(variable => $"{variable.Key}={variable.Value}")],
            (int)_stdout.ClientSafePipeHandle.DangerousGetHandle(),
            (int)_stderr.ClientSafePipeHandle.DangerousGetHandle());
        _stdout.DisposeLocalCopyOfClientHandle();
        _stderr.DisposeLocalCopyOfClientHandle();
        Exit = Task.Factory.StartNew(
            () => NativeSpawn.Wait(Id), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public int Id { get; }

    public Stream Stdout => _stdout;

    public Stream Stderr => _stderr;

    /// <summary>The exit code, or the signal that ended the script as a negative number.</summary>
    public Task<int> Exit { get; }

    public void Dispose()
    {
        _stdout.Dispose();
        _stderr.Dispose();
    }
}
