using System.Diagnostics;
using System.Globalization;
using System.Text;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Shell;

/// <summary>The built shell as a process of its own, its input and its outputs redirected.</summary>
internal sealed class ShellProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly TaskCompletionSource _expected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _expectation;

    private ShellProcess(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? settings = null)
    {
        var start = new ProcessStartInfo("dotnet", [Path, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Collect(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Collect(_error, line.Data);
    }

    // artifacts/bin/<project>/<configuration>: the shell lies beside the tests.
    public static string Path { get; } = System.IO.Path.Combine(
        RepositoryRoot.Path,
        "artifacts/bin/Aragora.Fleet.Shell",
        new DirectoryInfo(AppContext.BaseDirectory).Name,
        "Aragora.Fleet.Shell.dll");

    /// <summary>Runs the shell to its end.</summary>
    public static async Task<ShellResult> RunAsync(params string[] arguments)
    {
        using var shell = Start(null, arguments);
        return await shell.EndAsync();
    }

    /// <summary>Runs the shell to its end with settings in its environment.</summary>
    public static async Task<ShellResult> RunAsync(
        IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        using var shell = Start(new ShellProcess(arguments, settings));
        return await shell.EndAsync();
    }

    /// <summary>Starts the shell.</summary>
    /// <param name="expectation">What <see cref="ExpectedAsync"/> waits for in the output.</param>
    /// <param name="arguments">Its command line.</param>
    public static ShellProcess Start(string? expectation, params string[] arguments) =>
        Start(new ShellProcess(arguments) { _expectation = expectation });

    private static ShellProcess Start(ShellProcess shell)
    {
        shell._process.Start();
        shell._process.StandardInput.Close();
        shell._process.BeginOutputReadLine();
        shell._process.BeginErrorReadLine();
        return shell;
    }

    /// <summary>Ends when the expected text was written.</summary>
    public Task ExpectedAsync() => _expected.Task.WaitAsync(s_patience);

    /// <summary>Sends a signal: INT is what Ctrl+C sends.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public async Task<ShellResult> EndAsync()
    {
        using var limit = new CancellationTokenSource(s_patience);
        await _process.WaitForExitAsync(limit.Token);
        lock (_output)
        {
            return new ShellResult(_process.ExitCode, _output.ToString(), _error.ToString());
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private void Collect(StringBuilder text, string? line)
    {
        lock (_output)
        {
            if (line is null)
            {
                return;
            }

            text.Append(line).Append('\n');
            if (_expectation is not null && line.Contains(_expectation, StringComparison.Ordinal))
            {
                _expected.TrySetResult();
            }
        }
    }
}

/// <summary>What a process left behind.</summary>
internal sealed record ShellResult(int ExitCode, string Output, string Error);
