using System.Diagnostics;
using Aragora.Fleet.Tests.Hosting;
using Aragora.Fleet.Tests.Shell;

namespace Aragora.Fleet.Tests.KillMatrix;

/// <summary>The shell with one of this folder's scripts, as on a machine that has never seen the fleet before.</summary>
internal sealed class ClientProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(8);

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("aragora-matrix-");
    private readonly List<string> _lines = [];
    private readonly Process _process;

    private ClientProcess(IReadOnlyDictionary<string, string> settings, string script, string[] arguments)
    {
        var path = Path.Combine(RepositoryRoot.Path, "tests/Aragora.Fleet.Tests/KillMatrix", script);
        var start = new ProcessStartInfo("dotnet", [ShellProcess.Path, "-File", path, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        foreach (var name in (string[])["HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"])
            start.Environment[name] = _home.FullName;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.BeginErrorReadLine();
    }

    /// <summary>What it wrote, to either stream.</summary>
    public string Text
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }
    }

    public static ClientProcess Start(
        IReadOnlyDictionary<string, string> settings, string script, params string[] arguments) =>
        new(settings, script, arguments);

    /// <summary>Reads on to a line; false where the process ended before.</summary>
    public async Task<bool> ReadToAsync(string wanted)
    {
        using var limit = new CancellationTokenSource(s_patience);
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            Add(line);
            if (line == wanted)
                return true;
        }

        return false;
    }

    /// <summary>Reads to the end, and gives the values of each key of the lines <c>key=value</c>.</summary>
    public async Task<ILookup<string, string>> EndAsync()
    {
        var ended = await ReadToAsync("ended");
        await ReadToAsync("");
        Assert.True(ended, Text);
        lock (_lines)
        {
            return _lines.Where(line => line.Contains('=')).Select(line => line.Split('=', 2))
                .ToLookup(pair => pair[0], pair => pair[1]);
        }
    }

    /// <summary>SIGKILL: nothing of it can say goodbye.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await ReadToAsync("");
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
        _home.Delete(recursive: true);
    }

    private void Add(string? line)
    {
        lock (_lines)
        {
            if (line is not null)
                _lines.Add(line);
        }
    }
}
