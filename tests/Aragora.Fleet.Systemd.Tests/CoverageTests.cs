using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Systemd.Tests;

/// <summary>No cmdlet is left out here.</summary>
public sealed class CoverageTests
{
    [Fact]
    public void Every_cmdlet_is_named_by_some_test_of_this_fleet()
    {
        var folder = Path.Combine(RepositoryRoot.Path, "tests/Aragora.Fleet.Systemd.Tests");
        var tests = string.Concat(Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        using var engine = EngineHost.Open();

        var cmdlets = engine.Run("(Get-Command -Module Aragora.Fleet).Name").Values.Cast<string>().ToList();

        Assert.NotEmpty(cmdlets);
        Assert.All(cmdlets, cmdlet => Assert.Matches($@"\b{cmdlet}\b", tests));
    }
}
