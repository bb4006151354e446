using System.Diagnostics;
using Aragora.Fleet.Packaging.Help;
using Aragora.Fleet.Tests.Hosting;
using Xunit.Abstractions;

namespace Aragora.Fleet.Tests.Help;

/// <summary>The examples of help do what they say.</summary>
public sealed class ExampleTests(ITestOutputHelper output) : IDisposable
{
    private const string Live = "Connect-AragoraFleet -Sandbox";

    // Their examples are many deploys; those of Invoke-AragoraDeploy itself and all else run on live hosts.
    private static readonly string[] s_virtual =
    [
        "Get-AragoraDeploy", "Get-AragoraRollbackPoint", "New-AragoraDeployPlan", "Restore-AragoraCommit", "Resume-AragoraDeploy",
    ];

    // A fleet that needs no ten seconds to show that a service stays up; a plan that is applied has a time of its own.
    private const string Settle = "$global:PSDefaultParameterValues = @{ '*-Aragora*:SettleTime' = [timespan]'0:0:1' }";
    private const string NoDefaults = "$global:PSDefaultParameterValues = @{}";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("aragora-examples-");

    public static TheoryData<string> Names => HelpPages.Names;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_example_parses_and_names_real_commands_and_parameters(string name) =>
        Assert.All(HelpPages.All[name].Examples, example => Assert.Empty(ScriptCheck.Errors(example.Code)));

    [Fact]
    public void The_check_itself_finds_what_is_wrong()
    {
        Assert.NotEmpty(ScriptCheck.Errors("Test-AragoraHealth |"));
        Assert.NotEmpty(ScriptCheck.Errors("if ($true) { Test-AragoraHealth -Loud }"));
        Assert.NotEmpty(ScriptCheck.Errors("Get-AragoraNothing"));
    }

    /// <summary>On an embedded fleet, in order; what needs pwsh or an account is left out, and said.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_examples_run(string name)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "collect.sh"), "#!/bin/bash\nuname -n\n");
        using var engine = EngineHost.Open(interactive: true);
        engine.Run($"$ExecutionContext.SessionState.Path.SetLocation('{_folder.FullName}')");
        try
        {
            foreach (var example in HelpPages.All[name].Examples)
            {
                if (ScriptCheck.NeedsAccount(example.Code) || !ScriptCheck.IsCore(example.Code))
                {
                    output.WriteLine($"skipped {name}, {example.Title}: {Reason(example)}");
                    continue;
                }

                var defaults = example.Code.Contains("Plan", StringComparison.Ordinal) ? NoDefaults : Settle;
                var connect = s_virtual.Contains(name) ? $"{Live} -VirtualHost 4" : Live;
                var result = engine.Run($"{defaults}\n{Prepare(connect)}\n{example.Code}");
                Assert.True(
                    result.Exception is null && result.Errors.Count == 0,
                    $"{example.Title}\n{result.Exception}\n{string.Join('\n', result.Errors)}");
            }
        }
        finally
        {
            engine.Run("Disconnect-AragoraFleet");
        }
    }

    [PwshFact("the examples with commands that the bare engine does not have are parsed only.")]
    public async Task The_examples_with_commands_of_pwsh_run()
    {
        var examples = HelpPages.All.Values.SelectMany(page => page.Examples)
            .Where(example => !ScriptCheck.IsCore(example.Code) && !ScriptCheck.NeedsAccount(example.Code)).ToList();
        var script = Path.Combine(_folder.FullName, "examples.ps1");
        await File.WriteAllTextAsync(script, string.Join('\n', (string[])
        [
            "$ErrorActionPreference = 'Stop'",
            $"Import-Module '{RepositoryRoot.Manifest}'",
            "try {",
            .. examples.Select(example => $"{Prepare(Live)}\n{example.Code}"),
            "} finally { Disconnect-AragoraFleet }",
        ]));

        using var pwsh = Process.Start(new ProcessStartInfo(
            Pwsh.Path!, ["-NoProfile", "-NonInteractive", "-File", script])
        {
            WorkingDirectory = _folder.FullName, RedirectStandardError = true, RedirectStandardOutput = true,
        })!;
        // Both are read at once: pwsh waits for whoever does not read what it writes.
        var texts = await Task.WhenAll(pwsh.StandardError.ReadToEndAsync(), pwsh.StandardOutput.ReadToEndAsync());
        await pwsh.WaitForExitAsync();

        Assert.Equal((0, ""), (pwsh.ExitCode, texts[0]));
        output.WriteLine($"{examples.Count} examples run in pwsh");
    }

    /// <summary>Most of help is proved on every machine; what pwsh or an account alone can show is less.</summary>
    [Fact]
    public void Most_examples_run_without_pwsh_and_without_an_account()
    {
        var examples = HelpPages.All.Values.SelectMany(page => page.Examples).ToList();
        var skipped = examples.Where(e => ScriptCheck.NeedsAccount(e.Code) || !ScriptCheck.IsCore(e.Code)).ToList();

        output.WriteLine($"{skipped.Count} of {examples.Count} examples are not run by the bare engine");
        Assert.True(skipped.Count * 3 < examples.Count, $"{skipped.Count} of {examples.Count} are not run");
    }

    private static string Prepare(string connect) => $"if (-not $(try {{ Get-AragoraFleet }} catch {{ }})) {{ $null = {connect} }}";

    private static string Reason(HelpExample example) => ScriptCheck.NeedsAccount(example.Code)
        ? "it needs an AWS account"
        : "it needs commands of pwsh";
}
