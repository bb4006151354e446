using System.Text.RegularExpressions;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Package;

/// <summary>What a user sees, 120 columns wide, held against tests/golden, which the Pester suite reads too.</summary>
public sealed partial class FormatTests(BuiltPackage package) : IClassFixture<BuiltPackage>
{
    /// <summary>The name of the file, and what is shown.</summary>
    public static TheoryData<string, string> Views => new()
    {
        { "Connection", "Get-AragoraFleet" },
        { "Instance", "Get-AragoraInstance" },
        { "Health", "Get-AragoraInstance | Test-AragoraHealth" },
        { "Version", "Get-AragoraFleetVersion" },
        { "Drift", "Test-AragoraDrift -Kind Release, Running, Dirty, Unit" },
        { "Command", "Invoke-AragoraCommand -Name aragora-api-2 -Script 'echo hello' -Confirm:$false" },
        { "Plan", "Invoke-AragoraDeploy -Ref v2.9.0 -All -WhatIf" },
        { "Deploy", "Invoke-AragoraDeploy -Ref v2.8.0 -Name aragora-api-2 -Confirm:$false" },
        {
            "PlanExceptions",
            "$null = Invoke-AragoraCommand -Name aragora-api-2 -Script 'echo x >> /home/ec2-user/aragora/README.md' -Confirm:$false; "
            + "New-AragoraDeployPlan -Ref v2.9.0 -All"
        },
    };

    /// <summary>The same, of virtual hosts: what runs and locks leave.</summary>
    public static TheoryData<string, string> RunViews => new()
    {
        { "Lock", "Lock-AragoraFleet 'CHG-1' | Out-Default; $null = Unlock-AragoraFleet; $null" },
        {
            "Signal",
            "$null = Invoke-AragoraDeploy -Ref v2.9.0 -Name aragora-api-2, aragora-api-server -SettleTime 0 -Confirm:$false "
            + "-Gate { $global:signal = Stop-AragoraDeploy $_.DeployId -Reason 'CHG-1' -Confirm:$false; $true } 2>&1; $global:signal"
        },
        { "Record", "Get-AragoraDeploy -Last 1" },
        { "RollbackPoint", "Get-AragoraRollbackPoint -Last 1" },
    };

    /// <summary>The same, of a fleet in which one host runs from a package.</summary>
    public static TheoryData<string, string> PackageViews => new()
    {
        {
            "PackageDeploy",
            "Invoke-AragoraDeploy -Ref v2.9.0 -PackageVersion 2.9.0 -All -Wave 100% -SettleTime 0 -Confirm:$false"
        },
        { "PackagePoint", "Get-AragoraRollbackPoint -Last 1" },
        { "PackageHosts", "(Get-AragoraDeploy -Last 1).Hosts" },
        { "PackagePlan", "(New-AragoraDeployPlan -Ref v2.8.0 -PackageVersion 2.8.0 -All).Hosts" },
    };

    [Fact]
    public Task Every_view_is_as_it_was_agreed() => HoldAsync("", Views);

    [Fact]
    public Task Every_view_of_runs_and_locks_is_as_it_was_agreed() => HoldAsync("-VirtualHost 4", RunViews);

    [Theory]
    [InlineData("-HostCount 2 -PackageHost 1")]
    [InlineData("-VirtualHost 2 -PackageHost 1")]
    public Task Every_view_of_releases_of_packages_is_as_it_was_agreed(string hosts) => HoldAsync(hosts, PackageViews);

    private async Task HoldAsync(string hosts, TheoryData<string, string> views)
    {
        var script = $"$null = Connect-AragoraFleet -Sandbox {hosts}\ntry {{\n"
            + string.Join('\n', views.Select(view => $"'== {view[0]}'; {view[1]} | Out-Default"))
            + "\n} finally { Disconnect-AragoraFleet }";

        var result = await package.RunAsync("-Command", script);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var shown = Regex.Split(result.Output, "^== (.*)\n", RegexOptions.Multiline).Skip(1).ToList();
        Assert.Equal(views.Count, shown.Count / 2);
        Assert.All(shown.Chunk(2), pair => Hold(pair[0], pair[1]));
    }

    // Rows come in the order in which the hosts answer.
    private static void Hold(string name, string shown)
    {
        var file = Path.Combine(RepositoryRoot.Path, "tests", "golden", $"{name}.txt");
        var text = Steady(shown);
        if (Environment.GetEnvironmentVariable("ARAGORA_FLEET_ACCEPT") == "1")
        {
            File.WriteAllText(file, text);
        }

        Assert.Equal(File.ReadAllText(file), text);
    }

    // What differs from run to run and from machine to machine: ids, ports, times, users.
    private static string Steady(string text)
    {
        text = CommitId().Replace(text, match => new string('#', match.Length));
        text = Port().Replace(text, "127.0.0.1:#####");
        text = Seconds().Replace(text, match => new string('#', match.Length));
        text = RunId().Replace(text, "########T######-######");
        text = Day().Replace(text, "####-##-##");
        text = User().Replace(text, "(########)");
        var lines = text.Trim('\n').Split('\n').Select(line => line.TrimEnd()).ToList();
        var ruler = lines.FindIndex(line => line.StartsWith("---", StringComparison.Ordinal));
        var steady = ruler < 0
            ? lines
            : lines.Take(ruler + 1).Concat(lines.Skip(ruler + 1).Order(StringComparer.Ordinal));
        return string.Join('\n', steady) + "\n";
    }

    [GeneratedRegex(@"\b[0-9a-f]{9}\b|\b[0-9a-f]{40}\b|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")]
    private static partial Regex CommitId();

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Port();

    [GeneratedRegex(@"\b\d+\.\d+ ?s\b|\b\d\d:\d\d:\d\d(\.\d+)?Z?\b")]
    private static partial Regex Seconds();

    [GeneratedRegex(@"\b\d{4}-\d\d-\d\d\b")]
    private static partial Regex Day();

    [GeneratedRegex(@"\([^()\s@]+@\S*")]
    private static partial Regex User();

    [GeneratedRegex(@"\d{8}T\d{6}-[0-9a-f]{6}")]
    private static partial Regex RunId();
}
