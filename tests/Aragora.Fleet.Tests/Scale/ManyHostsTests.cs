using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Aragora.Fleet.Tests.Hosting;
using Aragora.Fleet.Tests.Shell;
using Xunit.Abstractions;

namespace Aragora.Fleet.Tests.Scale;

/// <summary>A version check of a large fleet: it streams, it stays small, and its calls grow with the groups.</summary>
public sealed partial class ManyHostsTests(ITestOutputHelper output)
{
    private const int GroupSize = 50;
    private const int MemoryLimitKilobytes = 200 * 1024;

    /// <summary>The release that most hosts hold: with it given no row has to wait for the others.</summary>
    private const string Release = "4f0ff0570084911e50e2329b3cfae09de2247596";

    [Fact]
    public Task A_thousand_hosts() => MeasureAsync(1_000);

    [SoakFact]
    [Trait("Category", "Soak")]
    public Task Ten_thousand_hosts() => MeasureAsync(10_000);

    private async Task MeasureAsync(int hosts)
    {
        using var sandbox = await SandboxProcess.StartAsync("--virtual", $"{hosts}");
        var client = await RunClientAsync(sandbox);
        var calls = await sandbox.CallsAsync();
        var commands = (hosts + GroupSize - 1) / GroupSize;
        foreach (var (action, count) in calls)
            output.WriteLine($"{action}: {count}");

        Assert.Equal((hosts, 0), (client.Rows, client.Unknown));
        // The first row is out while the pages of most commands are still to be read.
        Assert.InRange(client.PagesBeforeTheFirst, 0, commands / 2);
        Assert.InRange(client.PeakKilobytes, 1, MemoryLimitKilobytes);
        Assert.Equal(commands, calls["SendCommand"]);
        Assert.Equal(commands, calls["DescribeInstanceInformation"]);
        Assert.InRange(calls["ListCommands"], 1, client.Ticks * ((commands + GroupSize - 1) / GroupSize));
        // A command's page is read when the list says that it moved, or when it is the only one left.
        Assert.InRange(calls["ListCommandInvocations"], commands, client.ChangedPages + client.PagesOfTheLast);
        Assert.False(calls.ContainsKey("GetCommandInvocation"));
    }

    private async Task<ClientFigures> RunClientAsync(SandboxProcess sandbox)
    {
        var script = Path.Combine(RepositoryRoot.Path, "tests/Aragora.Fleet.Tests/Scale/version-check.ps1");
        var start = new ProcessStartInfo("dotnet", [ShellProcess.Path, "-File", script, Release])
        {
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in sandbox.Settings)
            start.Environment[name] = value;
        using var client = Process.Start(start)!;
        var text = await client.StandardOutput.ReadToEndAsync();
        await client.WaitForExitAsync();
        output.WriteLine(text);
        Assert.Equal(0, client.ExitCode);
        var figures = Figure().Matches(text).ToDictionary(
            match => match.Groups["name"].Value,
            match => double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture));
        return new ClientFigures(
            (int)figures["rows"], (int)figures["unknown"], (int)figures["before"], (int)figures["peak"],
            (int)figures["ticks"], (int)figures["changed"], (int)figures["alone"]);
    }

    [GeneratedRegex(@"^(?<name>[a-z]+)=(?<value>[0-9.]+)\r?$", RegexOptions.Multiline)]
    private static partial Regex Figure();

    private sealed record ClientFigures(
        int Rows, int Unknown, int PagesBeforeTheFirst, int PeakKilobytes,
        int Ticks, int ChangedPages, int PagesOfTheLast);
}
