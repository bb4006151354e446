namespace Aragora.Fleet.Tests.Package;

/// <summary>Where nobody can be asked, nothing may look like success.</summary>
public sealed class NonInteractiveTests(BuiltPackage package) : IClassFixture<BuiltPackage>, IDisposable
{
    private const string Deploy = "Invoke-AragoraDeploy -Ref v2.9.0 -All";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("aragora-job-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_confirmation_that_nobody_can_give_fails_the_command()
    {
        var result = await package.RunAsync("-Command", Session(Deploy));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("-Confirm:$false", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Stop")]
    [InlineData("Continue")]
    public async Task A_confirmation_that_nobody_can_give_fails_a_script(string preference)
    {
        var result = await package.RunAsync(
            "-File", Script($"$ErrorActionPreference = '{preference}'\n" + Session($"{Deploy}; 'on'")));

        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("-Confirm:$false", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_error_id_tells_a_script_what_it_was()
    {
        var result = await package.RunAsync("-File", Script(Session(
            $"try {{ {Deploy} }} catch [Aragora.Fleet.Failures.FleetException] "
            + "{ \"$($_.Exception.Kind)\"; exit 3 }")));

        Assert.Equal((3, "ConfirmationUnavailable\n"), (result.ExitCode, result.Output));
    }

    [Fact]
    public async Task Nothing_was_changed_by_a_deploy_that_could_not_be_confirmed()
    {
        var result = await package.RunAsync("-Command", Session(
            $"$before = @(Get-AragoraFleetVersion | ForEach-Object RunningCommit); try {{ {Deploy} }} catch {{ }}; "
            + "$after = @(Get-AragoraFleetVersion | ForEach-Object RunningCommit); "
            + "($before -join ',') -eq ($after -join ',') "
            + "-or \"$before $after\""));

        Assert.Equal("True\n", result.Output);
    }

    [Fact]
    public async Task With_the_confirmation_given_it_runs()
    {
        var result = await package.RunAsync("-Command", Session(
            "$null = Invoke-AragoraDeploy -Ref v2.9.0 -Name aragora-api-2 -Confirm:$false"));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    private static string Session(string text) =>
        $"$null = Connect-AragoraFleet -Sandbox\ntry {{ {text} }} finally {{ Disconnect-AragoraFleet }}";

    private string Script(string text)
    {
        var path = Path.Combine(_folder.FullName, "job.ps1");
        File.WriteAllText(path, text);
        return path;
    }
}
