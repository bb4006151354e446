using System.Diagnostics;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Shell;

/// <summary>The shell on a pseudo-terminal, which the tool script(1) makes.</summary>
public sealed class TerminalTests
{
    private const string ColoredHeader = "\u001b[32;1mVerdict";
    private const string Table = "[pscustomobject]@{ Verdict = 'Healthy' }";

    [TerminalFact]
    public async Task Terminal_TablesAndErrorsHaveColor()
    {
        var screen = await RunAsync($"{Table}; Get-Job -Id 99", noColor: false);

        Assert.Contains(ColoredHeader, screen, StringComparison.Ordinal);
        Assert.Contains("\u001b[31;1mGet-Job: ", screen, StringComparison.Ordinal);
    }

    [TerminalFact]
    public async Task NoColor_TablesAndErrorsArePlain()
    {
        var screen = await RunAsync($"{Table}; Get-Job -Id 99", noColor: true);

        Assert.Contains("Verdict", screen, StringComparison.Ordinal);
        Assert.Contains("Get-Job: ", screen, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[3", screen, StringComparison.Ordinal);
    }

    [TerminalFact]
    public async Task Progress_IsOneLineThatIsTakenAway()
    {
        var screen = await RunAsync("Get-Help Get-NothingLikeIt", noColor: true);

        Assert.Contains("Get-Help: Searching Help", screen, StringComparison.Ordinal);
        var last = screen.LastIndexOf("\r\u001b[2K", StringComparison.Ordinal);
        Assert.True(last > screen.LastIndexOf("Searching Help", StringComparison.Ordinal), "The progress stayed.");
    }

    [TerminalTheory]
    [InlineData("n", false)]
    [InlineData("y", true)]
    [InlineData("", true)]
    [InlineData("?\nbogus\nNo to All", false)]
    public async Task Confirm_TheAnswerCounts(string typed, bool confirmed)
    {
        var script = "& { [CmdletBinding(SupportsShouldProcess)] param() "
            + "'confirmed=' + $PSCmdlet.ShouldProcess('host 1', 'Change') } -Confirm";

        var screen = await RunAsync(script, noColor: true, typed + "\n");

        Assert.Contains("[Y] Yes  [A] Yes to All  [N] No", screen, StringComparison.Ordinal);
        Assert.Contains($"confirmed={confirmed}", screen, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string command, bool noColor, string? typed = null)
    {
        var start = new ProcessStartInfo(
            TerminalFactAttribute.Tool,
            ["-qec", $"stty cols 100; exec dotnet '{ShellProcess.Path}' -Command \"$SHELL_COMMAND\"", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["SHELL"] = "/bin/sh";
        start.Environment["TERM"] = "xterm";
        start.Environment["SHELL_COMMAND"] = command;
        start.Environment["NO_COLOR"] = noColor ? "1" : string.Empty;
        using var process = Process.Start(start)!;
        if (typed is not null)
        {
            await process.StandardInput.WriteAsync(typed);
            await process.StandardInput.FlushAsync();
        }

        var screen = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync();
        return screen;
    }
}
