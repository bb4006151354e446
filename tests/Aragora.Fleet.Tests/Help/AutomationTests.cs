using System.Text.RegularExpressions;
using Aragora.Fleet.Tests.Hosting;
using Aragora.Fleet.Tests.Shell;
using Xunit.Abstractions;

namespace Aragora.Fleet.Tests.Help;

/// <summary>The examples of docs/automation.md, as files, with a stand-alone sandbox in the place of AWS.</summary>
public sealed partial class AutomationTests(StandAloneEndpoint endpoint, ITestOutputHelper output)
    : IClassFixture<StandAloneEndpoint>, IDisposable
{
    private static readonly string[] s_examples = [.. Fence().Matches(
            File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "automation.md")).ReplaceLineEndings("\n"))
        .Select(match => match.Groups[1].Value)];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("aragora-automation-");

    public static TheoryData<int> Core =>
        [.. Enumerable.Range(0, s_examples.Length).Where(i => ScriptCheck.IsCore(s_examples[i]))];

    private static string Wrapper => s_examples[0];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Every_example_parses_and_names_real_commands_and_parameters()
    {
        Assert.True(s_examples.Length >= 4);
        Assert.All(s_examples, example => Assert.Empty(ScriptCheck.Errors(example)));
        output.WriteLine($"{s_examples.Length - Core.Count} of {s_examples.Length} need pwsh and are parsed only");
    }

    [Theory]
    [MemberData(nameof(Core))]
    public async Task The_examples_end_well_on_a_fleet_that_is_well(int index)
    {
        var result = await RunAsync(s_examples[index]);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.NotEmpty(result.Output);
    }

    [Fact]
    public async Task The_wrapper_tells_a_deploy_that_failed()
    {
        var result = await RunAsync(Wrapper, "-Ref", "broken-crash");

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("DeployFailed: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_wrapper_tells_that_nothing_was_begun()
    {
        var result = await RunAsync(Wrapper, "-Ref", "no-such-branch");

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("RefNotFound: ", result.Error, StringComparison.Ordinal);
    }

    private Task<ShellResult> RunAsync(string text, params string[] arguments)
    {
        var script = Path.Combine(_folder.FullName, "job.ps1");
        File.WriteAllText(script, text);
        return ShellProcess.RunAsync(endpoint.Settings, ["-NonInteractive", "-File", script, .. arguments]);
    }

    [GeneratedRegex("^```powershell\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();
}
