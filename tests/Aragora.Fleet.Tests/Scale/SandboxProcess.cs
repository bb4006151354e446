using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Scale;

/// <summary>A stand-alone sandbox in a process of its own.</summary>
internal sealed class SandboxProcess : IDisposable
{
    private static readonly string s_assembly = Path.Combine(
        RepositoryRoot.Path, "artifacts/bin/Aragora.Fleet.Sandbox",
        new DirectoryInfo(AppContext.BaseDirectory).Name, "Aragora.Fleet.Sandbox.dll");

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly HttpClient _control;

    private SandboxProcess(Process process, Dictionary<string, string> settings)
    {
        (_process, Settings) = (process, settings);
        _control = new HttpClient { BaseAddress = new Uri(settings["AWS_ENDPOINT_URL"]) };
        _control.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", settings["ARAGORA_SANDBOX_TOKEN"]);
    }

    /// <summary>What it prints for its clients.</summary>
    public Dictionary<string, string> Settings { get; }

    public static async Task<SandboxProcess> StartAsync(params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [s_assembly, .. arguments])
        {
            RedirectStandardOutput = true,
        })!;
        var settings = new Dictionary<string, string>();
        while (await process.StandardOutput.ReadLineAsync() is { } line && line != "ready")
        {
            var pair = line["export ".Length..].Split('=', 2);
            settings[pair[0]] = pair[1];
        }

        return new SandboxProcess(process, settings);
    }

    /// <summary>How often each API action was called.</summary>
    public async Task<Dictionary<string, int>> CallsAsync() =>
        JsonSerializer.Deserialize<Dictionary<string, int>>(await _control.GetStringAsync("/_sandbox/calls"))!;

    public void Dispose()
    {
        _control.Dispose();
        // Asked, it takes its hosts and their folder with it.
        using (var term = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
            term.WaitForExit();
        if (!_process.WaitForExit(s_patience))
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
