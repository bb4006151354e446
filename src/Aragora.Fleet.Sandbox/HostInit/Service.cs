using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>One service under supervision.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as the host's init process.")]
internal sealed class Service(ServiceDefinition definition, HostIdentity host, Journal journal)
{
    /// <summary>How long the last words of a process are waited for, where a child keeps its streams open.</summary>
    private static readonly TimeSpan s_drain = TimeSpan.FromMilliseconds(200);

    private readonly SemaphoreSlim _jobs = new(1);
    private readonly List<DateTimeOffset> _starts = [];
    private CancellationTokenSource _stop = new();
    private Task _supervision = Task.CompletedTask;

    public ServiceDefinition Definition { get; set; } = definition;

    public ServiceStatus Status { get; private set; } = new();

    public bool IsRunning => Status.MainPid != 0;

    /// <summary>Starts the service unless it is active; false when it could not be.</summary>
    public async Task<bool> StartAsync()
    {
        await _jobs.WaitAsync();
        try
        {
            if (Status.Active == "active")
                return true;
            await EndSupervisionAsync();
            Status = Status with { Restarts = 0 };
            if (!TryCountStart())
                return false;
            _stop = new CancellationTokenSource();
            var first = new TaskCompletionSource();
            _supervision = SuperviseAsync(first, _stop.Token);
            await (Definition.IsOneShot ? _supervision : first.Task);
            return Status.Active != "failed";
        }
        finally
        {
            _jobs.Release();
        }
    }

    public async Task StopAsync()
    {
        await _jobs.WaitAsync();
        try
        {
            await EndSupervisionAsync();
        }
        finally
        {
            _jobs.Release();
        }
    }

    public void Kill(int signal)
    {
        if (IsRunning)
            Native.SignalGroup(Status.MainPid, signal);
    }

    public void ResetFailed()
    {
        _starts.Clear();
        Status = Status with { Restarts = 0 };
        if (Status.Active == "failed")
            Status = new ServiceStatus();
    }

    private async Task EndSupervisionAsync()
    {
        if (_supervision.IsCompleted)
            return;
        await _stop.CancelAsync();
        Status = Status with { Active = "deactivating", Sub = "stop-sigterm" };
        Kill(Native.SigTerm);
        if (await Task.WhenAny(_supervision, Task.Delay(Definition.StopTimeout)) != _supervision)
            Kill(Native.SigKill);
        await _supervision;
    }

    private async Task SuperviseAsync(TaskCompletionSource first, CancellationToken stop)
    {
        while (true)
        {
            var code = await RunAsync(first);
            first.TrySetResult();
            if (stop.IsCancellationRequested)
            {
                journal.AddSystem(Definition.Name, $"Stopped {Definition.Name} - {Definition.Description}.");
                Status = Status with { Active = "inactive", Sub = "dead", Result = "success" };
                return;
            }

            if (!NoteExit(code))
                return;
            await Task.Delay(Definition.RestartDelay, stop).ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            if (stop.IsCancellationRequested)
            {
                Status = Status with { Active = "inactive", Sub = "dead", Result = "success" };
                return;
            }

            Status = Status with { Restarts = Status.Restarts + 1 };
            journal.AddSystem(
                Definition.Name,
                $"{Definition.Name}: Scheduled restart job, restart counter is at {Status.Restarts}.");
            if (!TryCountStart())
                return;
        }
    }

    /// <summary>Runs the process once and gives its exit code, by systemd's own for what never ran.</summary>
    private async Task<int> RunAsync(TaskCompletionSource started)
    {
        if (ExecFailure.Of(Definition, host.Paths) is { } failure)
        {
            journal.AddSystem(Definition.Name, $"{Definition.Name}: {failure.Message}");
            return failure.Code;
        }

        try
        {
            var directory = Definition.WorkingDirectory.Length > 0 ? Definition.WorkingDirectory : "/";
            using var process = HostProcess.Start(
                Definition.ExecStart, directory, Definition.BuildEnvironment(host.Environment));
            Status = Status with
            {
                Active = Definition.IsOneShot ? "activating" : "active",
                Sub = Definition.IsOneShot ? "start" : "running",
                Result = "success",
                MainPid = process.Id,
                ExecMainStatus = 0,
                StartedMicroseconds = Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000),
                ActiveSince = DateTimeOffset.UtcNow,
            };
            journal.AddSystem(Definition.Name, $"Started {Definition.Name} - {Definition.Description}.");
            var output = journal.FollowAsync(Definition.Name, process);
            await using (FrontServer.Of(Definition.Name, host.Paths))
            {
                started.TrySetResult();
                await process.WaitForExitAsync();
            }

            Native.SignalGroup(process.Id, Native.SigKill);
            await Task.WhenAny(output, Task.Delay(s_drain));
            Status = Status with { MainPid = 0, ExecMainStatus = ExitStatus.Of(process.ExitCode).Number };
            return process.ExitCode;
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            journal.AddSystem(Definition.Name, $"{Definition.Name}: Failed to spawn: {e.Message}");
            return ExecFailure.Exec;
        }
    }

    /// <summary>True when the service is to be started again.</summary>
    private bool NoteExit(int code)
    {
        var exit = ExitStatus.Of(code);
        Status = Status with { ExecMainStatus = exit.Number, Result = exit.Result };
        if (code != 0)
        {
            journal.AddSystem(Definition.Name, $"{Definition.Name}: Main process exited, {exit.Text}");
            journal.AddSystem(Definition.Name, $"{Definition.Name}: Failed with result '{exit.Result}'.");
        }

        var again = Definition.Restart == "always" || (Definition.Restart == "on-failure" && code != 0);
        Status = again
            ? Status with { Active = "activating", Sub = "auto-restart" }
            : code == 0
                ? Status with { Active = "inactive", Sub = "dead" }
                : Status with { Active = "failed", Sub = "failed" };
        return again;
    }

    private bool TryCountStart()
    {
        var now = DateTimeOffset.UtcNow;
        _starts.RemoveAll(start => now - start > Definition.StartLimitInterval);
        if (_starts.Count < Definition.StartLimitBurst)
        {
            _starts.Add(now);
            return true;
        }

        journal.AddSystem(Definition.Name, $"{Definition.Name}: Start request repeated too quickly.");
        Status = Status with { Active = "failed", Sub = "failed", Result = "start-limit-hit", MainPid = 0 };
        return false;
    }
}
