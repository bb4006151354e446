using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.Versioning;
using System.Text;
using Aragora.Fleet.Sandbox.Http;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>Plays the SSM agent: runs scripts, five at a time, and reports them as the agent does.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as the host's init process.")]
[SupportedOSPlatform("linux")]
internal sealed class ScriptAgent(HostIdentity host, Func<Task> reboot)
{
    private const int Workers = 5;
    private const int Killed = 137;
    private const int SkipRestSuccess = 168;
    private const int SkipRestFailure = 169;
    private const int Reboot = 194;
    private const string AgentDirectory = "/usr/bin";

    private static readonly TimeSpan s_killPause = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _workers = new(Workers);
    private readonly RunningScripts _running = new();

    public bool Cancel(string commandId) => _running.Cancel(commandId);

    public async Task<HttpResponse> RunAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var commandId = request.Parameter("command");
        var limit = TimeSpan.FromSeconds(int.Parse(request.Parameter("timeout")));
        var cancel = _running.Add(commandId);
        await _workers.WaitAsync(cancellationToken);
        try
        {
            var report = await RunAsync(commandId, request, limit, cancel.Token);
            while (report.ExitCode == Reboot && !report.WasCancelled)
            {
                await reboot();
                report = await RunAsync(commandId, request, limit, cancel.Token);
            }

            return report.ToResponse();
        }
        finally
        {
            _workers.Release();
            _running.Remove(commandId);
        }
    }

    private async Task<ScriptReport> RunAsync(
        string commandId, HttpRequest request, TimeSpan limit, CancellationToken cancel)
    {
        var started = DateTimeOffset.UtcNow;
        var folder = Directory.CreateDirectory(host.Paths.Orchestration(host.InstanceId, commandId)).FullName;
        var script = Path.Combine(folder, "_script.sh");
        await File.WriteAllBytesAsync(script, request.Body, CancellationToken.None);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var directory = request.Parameter("directory");
        if (!Path.IsPathRooted(directory))
            directory = AgentDirectory;
        if (!Directory.Exists(directory))
            return ScriptReport.NotStarted(started, $"chdir {directory}: no such file or directory");
        if (cancel.IsCancellationRequested)
            return new ScriptReport(Killed, WasCancelled: true, started, [], []);
        return await ExecuteAsync(commandId, script, directory, started, limit, cancel);
    }

    private async Task<ScriptReport> ExecuteAsync(
        string commandId, string script, string directory, DateTimeOffset started, TimeSpan limit,
        CancellationToken cancel)
    {
        var folder = Path.GetDirectoryName(script)!;
        using var process = HostProcess.Start(["sh", "-c", script], directory, Environment(commandId));
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(limit);
        var killing = Task.CompletedTask;
        await using var kill = deadline.Token.Register(() => killing = KillAsync(process));

        // As in the agent, a child that keeps a stream open keeps the step going.
        var stdout = SpoolAsync(process.StandardOutput, Path.Combine(folder, "stdout"), deadline.Token);
        var stderr = SpoolAsync(process.StandardError, Path.Combine(folder, "stderr"), deadline.Token);
        await Task.WhenAll(stdout, stderr, process.WaitForExitAsync(CancellationToken.None));
        await killing;
        var exitCode = deadline.IsCancellationRequested ? Killed : process.ExitCode;
        return Report(exitCode, cancel.IsCancellationRequested, started, await stdout, await stderr);
    }

    // Again until it is gone: a process that has only just been started leads no group yet.
    private static async Task KillAsync(Process process)
    {
        while (!process.HasExited)
        {
            Native.SignalGroup(process.Id, Native.SigKill);
            await Task.Delay(s_killPause);
        }
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
            _ => new(
                exitCode, wasCancelled, started, stdout,
                [.. stderr, .. Encoding.UTF8.GetBytes($"failed to run commands: exit status {exitCode}")]),
        };

        byte[] Append(byte[] stream, string format, string mark) =>
            [.. stream, .. Encoding.UTF8.GetBytes(string.Format(format, exitCode, mark))];
    }

    private Dictionary<string, string> Environment(string commandId) => new(host.Environment)
    {
        ["AWS_SSM_INSTANCE_ID"] = host.InstanceId,
        ["AWS_SSM_REGION_NAME"] = host.Region,
        ["SSM_COMMAND_ID"] = commandId,
    };

    private static async Task<byte[]> SpoolAsync(StreamReader stream, string path, CancellationToken deadline)
    {
        await using (var file = File.Create(path))
        {
            try
            {
                await stream.BaseStream.CopyToAsync(file, deadline);
            }
            catch (OperationCanceledException)
            {
                // Killed; what was printed until then is reported.
            }
        }

        return ScriptReport.Head(path);
    }
}
