using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Loader;
using System.Runtime.Versioning;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests;

/// <summary>Sandboxes that come and go: nothing may stay behind.</summary>
[SupportedOSPlatform("linux")]
public sealed class LifecycleTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Nothing_is_left_after_the_end()
    {
        string marker;
        await using (var sandbox = await StartAsync(isolated: null))
        {
            using var clients = new SandboxClients(sandbox);
            marker = await MarkerAsync(clients);
            await clients.RunAsync(SandboxFixture.ApiServer, "setsid sleep 1000 >/dev/null 2>&1 &");
            Assert.NotEmpty(ProcessesOf(marker));
        }

        await AssertGoneAsync(marker);
    }

    [Fact]
    public async Task Hosts_without_isolation_are_folders_that_work()
    {
        string marker;
        await using (var sandbox = await StartAsync(isolated: false, packages: 1))
        {
            Assert.False(sandbox.IsIsolated);
            using var clients = new SandboxClients(sandbox);
            marker = await MarkerAsync(clients);
            var run = await clients.RunAsync(
                SandboxFixture.ApiServer,
                """
                #!/bin/bash
                uname -n
                eval "$(systemctl show aragora --property=User,WorkingDirectory | tr -d ' ')"
                [ "$User" = "$(id -un)" ] && echo user
                port=$(systemctl show aragora --property=ExecStart | grep -o 'http-port [0-9]*' | cut -d' ' -f2)
                curl -s -o /dev/null -w '%{http_code}\n' "127.0.0.1:$port/readyz"
                case $HOME$TMPDIR$ARAGORA_FLEET_STATE_DIR in /root*) echo shared ;; *) echo private ;; esac
                git -C "$WorkingDirectory" fetch -q origin main && echo fetched
                systemctl restart aragora && systemctl is-active aragora
                setsid sleep 1000 >/dev/null 2>&1 &
                """);
            Assert.Equal(
                "aragora-api-server\nuser\n200\nprivate\nfetched\nactive\n", run.StandardOutputContent);

            var package = await clients.RunAsync(
                SandboxFixture.Api2,
                """
                eval "$(systemctl show aragora --property=WorkingDirectory)"
                "$WorkingDirectory/venv/bin/pip" install --no-deps aragora===2.9.0
                "$WorkingDirectory/venv/bin/pip" check
                "$WorkingDirectory/venv/bin/pip" show aragora | grep Version
                """);
            Assert.Equal(
                "aragora 2.9.0 has requirement aragora-wire==2.9.0, but you have aragora-wire 2.8.0.\nVersion: 2.9.0\n",
                package.StandardOutputContent);
        }

        await AssertGoneAsync(marker);
    }

    /// <summary>As the module does it: the assembly alone, in a load context of its own, found by name.</summary>
    [Fact]
    public async Task The_modules_copy_starts_without_anything_beside_it()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Aragora.Fleet.psd1")))
        {
            root = root.Parent!;
        }

        var context = new AssemblyLoadContext("sandbox", isCollectible: false);
        var assembly = context.LoadFromAssemblyPath(
            Path.Combine(root.FullName, "bin", "sandbox", "Aragora.Fleet.Sandbox.dll"));
        Assert.False(File.Exists(Path.Combine(root.FullName, "bin", "sandbox", "Aragora.Fleet.Core.dll")));
        var type = assembly.GetType("Aragora.Fleet.Sandbox.SandboxFactory", throwOnError: true)!;
        var factory = (ISandboxFactory)Activator.CreateInstance(type)!;
        await using var sandbox = await factory.StartAsync(
            new SandboxOptions { HostCount = 1 }, CancellationToken.None);
        using var clients = new SandboxClients(sandbox);
        Assert.Equal("Success", (await clients.RunAsync(SandboxFixture.ApiServer, "true")).StatusDetails);
    }

    [Fact]
    public async Task A_taken_port_is_told()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var failure = await Assert.ThrowsAsync<FleetException>(() => new SandboxFactory().StartAsync(
            new SandboxOptions { HostCount = 1, Port = port }, CancellationToken.None));
        Assert.Equal(FailureKind.SandboxUnavailable, failure.Kind);
        Assert.Contains($"{port}", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--hosts 17")]
    [InlineData("--hosts")]
    [InlineData("--colour 1")]
    [InlineData("--packages 3 --hosts 2")]
    public async Task Wrong_arguments_get_the_usage(string arguments)
    {
        using var process = StandAlone(arguments);
        Assert.Contains("usage:", await process.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
        await process.WaitForExitAsync();
        Assert.Equal(2, process.ExitCode);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("KILL")]
    public async Task A_stand_alone_sandbox_cleans_up_however_it_ends(string signal)
    {
        using var process = StandAlone("--hosts 1 --port 0");
        var names = new List<string>();
        var values = new Dictionary<string, string>();
        while (await process.StandardOutput.ReadLineAsync() is { } line && line != "ready")
        {
            Assert.StartsWith("export ", line, StringComparison.Ordinal);
            names.Add(line.Split(' ', '=')[1]);
            values[names[^1]] = line.Split('=', 2)[1];
        }

        Assert.Equal(
            ["AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
                "ARAGORA_SANDBOX_TOKEN"],
            names);
        var marker = MarkerOfChild(process.Id);
        // A script under way does not keep its host alive.
        using var ssm = new AmazonSimpleSystemsManagementClient(
            values["AWS_ACCESS_KEY_ID"], values["AWS_SECRET_ACCESS_KEY"],
            new AmazonSimpleSystemsManagementConfig
            {
                ServiceURL = values["AWS_ENDPOINT_URL"], AuthenticationRegion = values["AWS_REGION"],
            });
        var sent = await ssm.SendCommandAsync(new SendCommandRequest
        {
            DocumentName = "AWS-RunShellScript",
            InstanceIds = [SandboxFixture.ApiServer],
            Parameters = new() { ["commands"] = ["sleep 3600"] },
        });
        var look = new ListCommandInvocationsRequest { CommandId = sent.Command.CommandId };
        while ((await ssm.ListCommandInvocationsAsync(look)).CommandInvocations is not [{ Status.Value: "InProgress" }])
        {
            await Task.Delay(50);
        }

        Process.Start("kill", [$"-{signal}", $"{process.Id}"]).WaitForExit();
        await process.WaitForExitAsync();
        Assert.Equal(signal == "TERM" ? 0 : 137, process.ExitCode);
        await AssertGoneAsync(marker);
    }

    private static Task<EmbeddedFleet> StartAsync(bool? isolated, int packages = 0) => EmbeddedFleet.StartAsync(
        new SandboxOptions { HostCount = 1 + packages, PackageHostCount = packages }, isolated, CancellationToken.None);

    private static Process StandAlone(string arguments) => Process.Start(
        new ProcessStartInfo("dotnet", $"{typeof(SandboxFactory).Assembly.Location} {arguments}")
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;

    private static async Task<string> MarkerAsync(SandboxClients clients) =>
        (await clients.RunAsync(SandboxFixture.ApiServer, "echo $ARAGORA_SANDBOX")).StandardOutputContent.Trim();

    private static async Task AssertGoneAsync(string marker)
    {
        Assert.StartsWith("aragora-fleet-", marker, StringComparison.Ordinal);
        var folder = Path.Combine(Path.GetTempPath(), marker);
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < s_patience; await Task.Delay(50))
        {
            if (!Directory.Exists(folder) && ProcessesOf(marker).Count == 0)
            {
                return;
            }
        }

        Assert.False(Directory.Exists(folder));
        Assert.Empty(ProcessesOf(marker));
    }

    /// <summary>The processes that have the marker in their environment.</summary>
    private static List<string> ProcessesOf(string marker) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Where(path => Read(path).Contains(marker, StringComparison.Ordinal)),
    ];

    private static string MarkerOfChild(int parent) => Directory.EnumerateDirectories("/proc")
        .Where(path => Read(path, "status").Contains($"PPid:\t{parent}\n", StringComparison.Ordinal))
        .SelectMany(path => Read(path).Split('\0'))
        .Where(entry => entry.StartsWith("ARAGORA_SANDBOX=", StringComparison.Ordinal))
        .Select(entry => entry.Split('=')[1])
        .Single();

    private static string Read(string process, string file = "environ")
    {
        try
        {
            return File.ReadAllText($"{process}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
