using System.Diagnostics;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests.Clients;

/// <summary>The stand-alone sandbox as a process of its own, and the settings that it prints for clients.</summary>
public sealed class StandAloneSandbox : IAsyncLifetime
{
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal);
    private Process? _process;

    public Uri Endpoint => new(_settings["AWS_ENDPOINT_URL"]);

    public async Task InitializeAsync()
    {
        _process = Process.Start(new ProcessStartInfo(
            "dotnet", [typeof(SandboxFactory).Assembly.Location, "--hosts", "2", "--port", "0"])
        {
            RedirectStandardOutput = true,
        })!;
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

    /// <summary>Runs a client with the printed settings and no others.</summary>
    internal async Task<ClientResult> RunAsync(string program, IEnumerable<string> arguments, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        var inherited = start.Environment.Keys
            .Where(name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToList();
        foreach (var name in inherited)
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in _settings)
        {
            start.Environment[name] = value;
        }

        start.Environment["AWS_CONFIG_FILE"] = "/dev/null";
        start.Environment["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null";
        start.Environment["AWS_PAGER"] = "";
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        using var client = Process.Start(start)!;
        var output = client.StandardOutput.ReadToEndAsync();
        var error = client.StandardError.ReadToEndAsync();
        await client.WaitForExitAsync();
        return new ClientResult(client.ExitCode, await output, await error);
    }
}

/// <summary>What a client left behind.</summary>
internal sealed record ClientResult(int ExitCode, string Output, string Error);

[CollectionDefinition(Name)]
public sealed class ForeignClients : ICollectionFixture<StandAloneSandbox>
{
    public const string Name = "foreign clients";
}
