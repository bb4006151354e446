using Aragora.Fleet.Failures;
using Aragora.Fleet.Tests.Hosting;
using Aragora.Fleet.Tests.Shell;

namespace Aragora.Fleet.Tests.Help;

/// <summary>What a user reads, in the shell.</summary>
public sealed class GetHelpTests(GetHelpTests.ShownPages pages) : IClassFixture<GetHelpTests.ShownPages>
{
    public static TheoryData<string> Names => HelpPages.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Full_help_shows_the_whole_page(string name)
    {
        var page = HelpPages.All[name];
        var output = pages.Of(name);
        var shown = Squeeze(output);
        Assert.All(
            page.Description.Concat(page.Notes).Append(page.Synopsis)
                .Concat(page.Examples.Select(example => example.Title))
                .Concat(page.Parameters.SelectMany(parameter => parameter.Text))
                .Concat(page.Outputs.Select(output => output.Name)),
            text => Assert.Contains(Squeeze(text), shown, StringComparison.Ordinal));
        Assert.All(page.Parameters, parameter => Assert.Contains(
            $"\n    -{parameter.Name} ", output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("about_Aragora.Fleet", "Connect-AragoraFleet -Sandbox")]
    [InlineData("about_Aragora.Fleet_Errors", "ConfirmationUnavailable")]
    public async Task An_about_topic_is_found(string topic, string text)
    {
        var result = await ShellProcess.RunAsync("-Command", $"Get-Help {topic}");

        Assert.StartsWith($"TOPIC\n    {topic}\n", result.Output, StringComparison.Ordinal);
        Assert.Contains(text, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_topic_on_errors_holds_every_id_once()
    {
        var lines = File.ReadAllLines(
            Path.Combine(RepositoryRoot.Path, "en-US", "about_Aragora.Fleet_Errors.help.txt"));

        Assert.Equal(
            Enum.GetNames<FailureKind>(),
            lines.Select(line => line.Trim()).Where(Enum.GetNames<FailureKind>().Contains));
        Assert.All(
            lines.Where(line => !line.StartsWith("        ", StringComparison.Ordinal)),
            line => Assert.True(line.Length <= 80, line));
    }

    // The engine breaks lines wherever the screen ends, in the middle of words.
    private static string Squeeze(string text) => string.Concat(text.Where(letter => !char.IsWhiteSpace(letter)));

    /// <summary>Every page as Get-Help shows it, from one shell.</summary>
    public sealed class ShownPages : IAsyncLifetime
    {
        private const string Mark = "==== ";

        private Dictionary<string, string> _pages = [];

        public string Of(string name) => _pages[name];

        public async Task InitializeAsync()
        {
            var result = await ShellProcess.RunAsync(
                "-Command", string.Join("; ", HelpPages.All.Keys.Select(name => $"'{Mark}{name}'; Get-Help {name} -Full")));
            Assert.Equal((0, ""), (result.ExitCode, result.Error));
            _pages = $"\n{result.Output}".Split($"\n{Mark}").Skip(1)
                .ToDictionary(page => page[..page.IndexOf('\n')], page => page[page.IndexOf('\n')..]);
        }

        public Task DisposeAsync() => Task.CompletedTask;
    }
}
