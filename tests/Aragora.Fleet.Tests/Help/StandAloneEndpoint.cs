using System.Diagnostics;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Help;

/// <summary>A stand-alone sandbox, and the settings by which any client takes it for AWS.</summary>
public sealed class StandAloneEndpoint : IAsyncLifetime
{
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal);
    private Process? _process;

    public IReadOnlyDictionary<string, string> Settings => _settings;

    public async Task InitializeAsync()
    {
        var program = Path.Combine(
            RepositoryRoot.Path,
            "artifacts/bin/Aragora.Fleet.Sandbox",
            new DirectoryInfo(AppContext.BaseDirectory).Name,
            "Aragora.Fleet.Sandbox.dll");
        _process = Process.Start(
            new ProcessStartInfo("dotnet", [program, "--port", "0"]) { RedirectStandardOutput = true })!;
        while (await _process.StandardOutput.ReadLineAsync() is { } line && line != "ready")
        {
            var setting = line["export ".Length..].Split('=', 2);
            _settings[setting[0]] = setting[1];
        }
    }

    public async Task DisposeAsync()
    {
        using var term = Process.Start("kill", ["-TERM", $"{_process!.Id}"]);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
