using System.Management.Automation.Language;
using System.Text.RegularExpressions;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Package;

/// <summary>The files that only other machines run.</summary>
public sealed partial class RepositoryTests
{
    // Made by builds, or no work of ours.
    private static readonly string[] s_made = ["artifacts", "bin", "obj", "out", ".git", "node_modules"];

    public static TheoryData<string> Scripts => Find("*.ps1", "*.psd1", "*.psm1");

    public static TheoryData<string> Workflows => Find("*.yml");

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Every_script_of_powershell_parses(string file)
    {
        Parser.ParseFile(Path.Combine(RepositoryRoot.Path, file), out _, out var errors);

        Assert.Empty(errors.Select(error => $"{file}:{error.Extent.StartLineNumber}: {error.Message}"));
    }

    [Fact]
    public void The_scripts_are_found() =>
        Assert.Contains(Path.Combine("tests", "Pester", "Module.Tests.ps1"), Files("*.ps1"));

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Every_action_is_pinned_to_a_commit_and_says_which_version_that_is(string file)
    {
        var uses = File.ReadLines(Path.Combine(RepositoryRoot.Path, file)).Where(line => Uses().IsMatch(line)).ToList();

        Assert.NotEmpty(uses);
        Assert.All(uses, line => Assert.Matches(
            @"uses: (\./\.github/workflows/\w+\.yml|[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+(\.\d+)+)$", line));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void A_workflow_may_read_only_and_two_do_not_run_at_once(string file)
    {
        var text = File.ReadAllText(Path.Combine(RepositoryRoot.Path, file)).ReplaceLineEndings("\n");

        Assert.Contains("\npermissions:\n  contents: read\n\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain(": write", text, StringComparison.Ordinal);
        Assert.Contains("\nconcurrency:\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("-latest", text, StringComparison.Ordinal);
    }

    private static TheoryData<string> Find(params string[] patterns) => [.. Files(patterns)];

    private static List<string> Files(params string[] patterns) =>
    [
        .. patterns.SelectMany(pattern => Directory.GetFiles(RepositoryRoot.Path, pattern, SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(RepositoryRoot.Path, file))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(s_made.Contains)).Order(StringComparer.Ordinal),
    ];

    [GeneratedRegex(@"^\s*(- )?uses:")]
    private static partial Regex Uses();
}
