using Aragora.Fleet.Tests.Hosting;
using Aragora.Fleet.Tests.Shell;

namespace Aragora.Fleet.Tests.Loading;

public sealed class ImportTests
{
    [Fact]
    public async Task Import_LoadsNoAwsAssemblyAndNoSandbox()
    {
        var result = await ShellProcess.RunAsync(
            "-Command",
            "[AppDomain]::CurrentDomain.GetAssemblies() | ForEach-Object { $_.GetName().Name } | "
            + "Where-Object { $_ -match '^(AWSSDK|Aragora)' }");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            ["Aragora.Fleet", "Aragora.Fleet.Core", "Aragora.Fleet.Shell"],
            result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    [Fact]
    public void Import_TypesOfTheDomain_ResolveAtOnce()
    {
        using var engine = EngineHost.Open();

        Assert.Equal(["Healthy"], engine.Run("[Aragora.Fleet.Verdict]::Healthy").Output.Select(item => $"{item}"));
    }

    [Fact]
    public void Import_Again_Works()
    {
        using var engine = EngineHost.Open();

        var result = engine.Run($"Import-Module '{RepositoryRoot.Manifest}' -Force -PassThru | ForEach-Object Name");

        Assert.Equal(["Aragora.Fleet"], result.Values);
        Assert.Empty(result.Errors);
    }
}
