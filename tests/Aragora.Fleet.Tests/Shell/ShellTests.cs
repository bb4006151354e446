namespace Aragora.Fleet.Tests.Shell;

public sealed class ShellTests : IDisposable
{
    private static readonly string s_importSamples = $"Import-Module '{typeof(GetSampleCommand).Assembly.Location}'; ";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("aragora-shell-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("'x'", 0)]
    [InlineData("exit 5", 5)]
    [InlineData("throw 'boom'", 1)]
    [InlineData("Get-Job -Id 99", 1)]
    [InlineData("Get-Job -Id 99; 'x'", 0)]
    [InlineData("Get-NothingLikeIt", 1)]
    [InlineData("if (", 1)]
    public async Task Command_ExitCode_IsThatOfPwsh(string text, int expected) =>
        Assert.Equal(expected, (await ShellProcess.RunAsync("-Command", text)).ExitCode);

    [Theory]
    [InlineData("'x'", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("throw 'boom'", 1)]
    [InlineData("Get-Job -Id 99", 0)]
    [InlineData("if (", 1)]
    public async Task File_ExitCode_IsThatOfPwsh(string script, int expected) =>
        Assert.Equal(expected, (await ShellProcess.RunAsync("-File", Script(script))).ExitCode);

    [Fact]
    public async Task File_Arguments_BindAsInPwsh()
    {
        var script = Script(
            "param([string] $Name, [switch] $Loud, [switch] $Slow, [int] $N) \"$Name|$Loud|$Slow|$N|$PSScriptRoot\"");

        var result = await ShellProcess.RunAsync("-File", script, "a b", "-Loud", "-Slow:$false", "-N", "-3");

        Assert.Equal($"a b|True|False|-3|{_folder.FullName}\n", result.Output);
    }

    [Theory]
    [InlineData]
    [InlineData("-Bogus")]
    [InlineData("-Command")]
    [InlineData("-File", "/nowhere/script.ps1")]
    public async Task BadArguments_PrintUsageOnStandardError_AndExit64(params string[] arguments)
    {
        var result = await ShellProcess.RunAsync(arguments);

        Assert.Equal(64, result.ExitCode);
        Assert.Contains("Usage:", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task Module_ThatIsNotThere_IsSaidAndExits70()
    {
        var module = Path.Combine(_folder.FullName, "None.psd1");

        var result = await ShellProcess.RunAsync("-Module", module, "-Command", "1");

        Assert.Equal(70, result.ExitCode);
        Assert.Contains("None.psd1", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirected_ATableIsPlainTextOfFullWidth()
    {
        var result = await ShellProcess.RunAsync(
            "-Command", "[pscustomobject]@{ Name = 'api-1'; Verdict = 'Healthy' }");

        Assert.Equal("\nName  Verdict\n----  -------\napi-1 Healthy\n\n", result.Output);
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task Error_GoesToStandardError_WithTheCmdletAndTheRecommendation()
    {
        var result = await ShellProcess.RunAsync("-Command", s_importSamples + "Test-Sample");

        Assert.Empty(result.Output);
        Assert.Equal("Test-Sample: Host 1 is locked.\n  Recommendation: Wait for the other step.\n", result.Error);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task Warning_IsMarked()
    {
        var result = await ShellProcess.RunAsync(
            "-Command", "& { [CmdletBinding()] param() $PSCmdlet.WriteWarning('careful') }");

        Assert.Equal("WARNING: careful\n", result.Output);
    }

    [Fact]
    public async Task Confirm_NobodyToAsk_NamesTheParameter()
    {
        var result = await ShellProcess.RunAsync("-Command", s_importSamples + "Set-Sample");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("-Confirm:$false", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Confirm_NobodyToAskInAFile_IsNoSuccess()
    {
        var result = await ShellProcess.RunAsync("-File", Script(s_importSamples + "Set-Sample; 'went on'"));

        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Contains("-Confirm:$false", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-Command", 1)]
    [InlineData("-File", 0)]
    public async Task CtrlC_WhileReading_EndsTheShell(string mode, int exitCode)
    {
        var text = s_importSamples + "Get-Sample; 'never'";
        using var shell = ShellProcess.Start("reading", mode, mode == "-File" ? Script(text) : text);
        await shell.ExpectedAsync();

        await shell.SignalAsync("INT");
        var result = await shell.EndAsync();

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Equal("reading\n", result.Output);
        Assert.Empty(result.Error);
    }

    [Theory]
    [InlineData("INT", 1)]
    [InlineData("TERM", 143)]
    public async Task Signal_WhileChanging_ShowsTheLinesThatResume(string signal, int exitCode)
    {
        using var shell = ShellProcess.Start("changing", "-Command", s_importSamples + "Set-Sample -Confirm:$false");
        await shell.ExpectedAsync();

        await shell.SignalAsync(signal);
        var result = await shell.EndAsync();

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Equal("changing\nWARNING: Resume with: Set-Sample\n", result.Output);
        Assert.Equal("Set-Sample: Stopped after host 1. Resume it.\n", result.Error);
    }

    // A failed deploy is an error that ends no script; -File goes on, as pwsh does, and a script that must not sets Stop.
    [Theory]
    [InlineData("Continue", 0, "DeployFailed went on\n")]
    [InlineData("Stop", 1, "")]
    public async Task File_FailedDeploy_EndsTheScriptWithStopOnly(string preference, int exitCode, string output)
    {
        var result = await ShellProcess.RunAsync("-File", Script(
            "$null = Connect-AragoraFleet -Sandbox -VirtualHost 2; "
            + $"$null = Invoke-AragoraDeploy -Ref v2.9.0 -All -SettleTime 0 -Gate {{ $false }} -Confirm:$false -ErrorAction {preference}; "
            + "\"$($Error[0].FullyQualifiedErrorId.Split(',')[0]) went on\""));

        Assert.Equal((exitCode, output), (result.ExitCode, result.Output));
        Assert.Contains("verified back", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_FailedDeployAtItsEnd_ExitsWith1() => Assert.Equal(1, (await ShellProcess.RunAsync(
        "-Command",
        "$null = Connect-AragoraFleet -Sandbox -VirtualHost 1; "
        + "Invoke-AragoraDeploy -Ref v2.9.0 -All -SettleTime 0 -Gate { $false } -Confirm:$false")).ExitCode);

    private string Script(string text)
    {
        var path = Path.Combine(_folder.FullName, "script.ps1");
        File.WriteAllText(path, text);
        return path;
    }
}
