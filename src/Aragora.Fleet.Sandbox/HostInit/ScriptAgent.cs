using System.Diagnostics.CodeAnalysis;
using System.Runtime.Versioning;
using System.Text;
using Aragora.Fleet.Sandbox.Ssm;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>Plays the SSM agent: runs scripts, five at a time, and reports them as the agent does.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as the host's init process.")]
[SupportedOSPlatform("linux")]
internal sealed class ScriptAgent(IAgentHost host, Func<Task> reboot)
{
    private const int Workers = 5;
    private const int BySignal = -1;
    private const int Killed = 137;
    private const int SkipRestSuccess = 168;
    private const int SkipRestFailure = 169;
    private const int Reboot = 194;
    private const string AgentDirectory = "/usr/bin";

    private static readonly TimeSpan s_killPause = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _workers = new(Workers);
    private readonly RunningScripts _running = new();

    public bool Cancel(string commandId) => _running.Cancel(commandId);

    public async Task<ScriptReport> RunAsync(ScriptOrder order, CancellationToken cancellationToken)
    {
        var run = _running.Add(order.CommandId);
        ScriptReport report;
        await _workers.WaitAsync(cancellationToken);
        try
        {
            report = await RunOnceAsync(order, run.Cancellation);
            while (report.ExitCode == Reboot && !report.WasCancelled)
            {
                await reboot();
                report = await RunOnceAsync(order, run.Cancellation);
            }
        }
        finally
        {
            _workers.Release();
            _running.Remove(order.CommandId);
        }

        // A script that went down with the host is not answered for: nobody is left who knew of it.
        if (run.IsLost)
            await Task.Delay(Timeout.Infinite, cancellationToken);
        return report;
    }

    /// <summary>The host goes down under its scripts.</summary>
    public void LoseAll() => _running.LoseAll();

    private async Task<ScriptReport> RunOnceAsync(ScriptOrder order, CancellationToken cancel)
    {
        var started = DateTimeOffset.UtcNow;
        var (outside, inside) = (host.Outside, host.Inside);
        var folder = Directory.CreateDirectory(outside.Orchestration(host.InstanceId, order.CommandId)).FullName;
        var script = Path.Combine(folder, "_script.sh");
        await File.WriteAllTextAsync(script, order.Script, CancellationToken.None);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var directory = Path.IsPathRooted(order.WorkingDirectory) ? order.WorkingDirectory : AgentDirectory;
        if (!Directory.Exists(host.SeenFromOutside(directory)))
            return ScriptReport.NotStarted(started, $"chdir {directory}: no such file or directory");
        if (cancel.IsCancellationRequested)
            return new ScriptReport(Killed, WasCancelled: true, started, [], []);
        string[] command = ["sh", "-c", inside.Orchestration(host.InstanceId, order.CommandId) + "/_script.sh"];
        using var process = new ScriptProcess(host.CommandLine(directory, command), Environment(order.CommandId));
        return await AwaitAsync(process, folder, started, order.ExecutionTimeout, cancel);
    }

    private async Task<ScriptReport> AwaitAsync(
        ScriptProcess process, string folder, DateTimeOffset started, TimeSpan limit, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(limit);
        var killing = Task.CompletedTask;
        await using var kill = deadline.Token.Register(() => killing = KillAsync(process));

        // As in the agent, a child that keeps a stream open keeps the step going.
        var stdout = SpoolAsync(process.Stdout, Path.Combine(folder, "stdout"), deadline.Token);
        var stderr = SpoolAsync(process.Stderr, Path.Combine(folder, "stderr"), deadline.Token);
        await Task.WhenAll(stdout, stderr, process.Exit);
        await killing;
        var exitCode = deadline.IsCancellationRequested ? Killed : await process.Exit;
        return Report(exitCode, cancel.IsCancellationRequested, started, await stdout, await stderr);
    }

    // Again until it is gone: a process that has only just been started leads no group yet.
    private async Task KillAsync(ScriptProcess process)
    {
        do
        {
            host.Kill(process.Id);
            await Task.Delay(s_killPause);
        }
        while (!process.Exit.IsCompleted);
    }

    private static ScriptReport Report(
        int exitCode, bool wasCancelled, DateTimeOffset started, byte[] stdout, byte[] stderr)
    {
        const string Sentence = "\nStep exited with code {0}. Therefore, marking step as {1}. "
            + "Further document steps will be skipped.";
        return exitCode switch
        {
            0 or Killed or Reboot => new(exitCode, wasCancelled, started, stdout, stderr),
            SkipRestSuccess => new(exitCode, wasCancelled, started, Append(stdout, Sentence, "succeeded"), []),
            SkipRestFailure => new(
                exitCode, wasCancelled, started,
                Append(stdout, Sentence, "failed"), Append(stderr, Sentence, "failed")),
            < 0 => new(BySignal, wasCancelled, started, stdout, Failure($"signal: {SignalName(-exitCode)}")),
            _ => new(exitCode, wasCancelled, started, stdout, Failure($"exit status {exitCode}")),
        };

        byte[] Failure(string reason) => [.. stderr, .. Encoding.UTF8.GetBytes($"failed to run commands: {reason}")];

        byte[] Append(byte[] stream, string format, string mark) =>
            [.. stream, .. Encoding.UTF8.GetBytes(string.Format(format, exitCode, mark))];
    }

    /// <summary>As the language of the agent words a signal.</summary>
    private static string SignalName(int signal) => signal switch
    {
        1 => "hangup",
        2 => "interrupt",
        3 => "quit",
        6 => "aborted",
        9 => "killed",
        11 => "segmentation fault",
        13 => "broken pipe",
        15 => "terminated",
        _ => $"signal {signal}",
    };

    private Dictionary<string, string> Environment(string commandId) => new(host.Environment)
    {
        ["AWS_SSM_INSTANCE_ID"] = host.InstanceId,
        ["AWS_SSM_REGION_NAME"] = host.Region,
        ["AWS_SSM_PLATFORM_NAME"] = Release("NAME"),
        ["AWS_SSM_PLATFORM_VERSION"] = Release("VERSION_ID"),
        ["SSM_COMMAND_ID"] = commandId,
    };

    private string Release(string key) => File.ReadLines(host.Outside.OsRelease)
        .First(line => line.StartsWith(key + "=", StringComparison.Ordinal))[(key.Length + 1)..].Trim('"');

    private static async Task<byte[]> SpoolAsync(Stream stream, string path, CancellationToken deadline)
    {
        await using (var file = File.Create(path))
        {
            try
            {
                await stream.CopyToAsync(file, deadline);
            }
            catch (OperationCanceledException)
            {
                // Killed; what was printed until then is reported.
            }
        }

        return ScriptReport.Head(path);
    }
}
