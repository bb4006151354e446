using System.IO.Pipes;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>A script under way: a process group and a session of its own, nothing on its standard input.</summary>
internal sealed class ScriptProcess : IDisposable
{
    private const string Enter = "cd \"$1\" && unset OLDPWD && shift && exec \"$@\" </dev/null";

    private readonly AnonymousPipeServerStream _stdout = new(PipeDirection.In);
    private readonly AnonymousPipeServerStream _stderr = new(PipeDirection.In);

    public ScriptProcess(string script, string directory, IReadOnlyDictionary<string, string> environment)
    {
        // setsid and bash both exec: the process id stays the script's own. Then as the agent does: sh -c PATH.
        Id = NativeSpawn.Start(
            ["/usr/bin/setsid", "/bin/bash", "-c", Enter, "-", directory, "sh", "-c", script],
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
