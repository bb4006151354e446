using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Loading;

/// <summary>The arrows between the assemblies, read from the files that are shipped.</summary>
public sealed class ArchitectureTests
{
    private const string Engine = "System.Management.Automation";

    [Fact]
    public void Core_KnowsTheRuntimeOnly() =>
        Assert.All(References("Aragora.Fleet.Core.dll"), name => Assert.True(IsRuntime(name), name));

    [Fact]
    public void Fleet_KnowsCoreAndTheEngine() => Assert.Equal(
        ["Aragora.Fleet.Core", Engine],
        References("Aragora.Fleet.dll").Where(name => !IsRuntime(name)).Order());

    [Fact]
    public void Aws_KnowsCoreAndTheSdk() => Assert.All(
        References("dependencies/Aragora.Fleet.Aws.dll").Where(name => !IsRuntime(name)),
        name => Assert.Matches(@"^(Aragora\.Fleet\.Core|AWSSDK\.\w+)$", name));

    [Fact]
    public void Sandbox_KnowsCoreAtMost() => Assert.All(
        References("sandbox/Aragora.Fleet.Sandbox.dll").Where(name => !IsRuntime(name)),
        name => Assert.Equal("Aragora.Fleet.Core", name));

    [Fact]
    public void Dependencies_HoldNoSecondIdentityOfWhatIsShared()
    {
        var files = Directory.GetFiles(Path.Combine(RepositoryRoot.ModuleBin, "dependencies"), "*.dll")
            .Select(Path.GetFileNameWithoutExtension)
            .ToList();

        Assert.Contains("AWSSDK.Core", files);
        Assert.DoesNotContain("Aragora.Fleet.Core", files);
        Assert.DoesNotContain("Aragora.Fleet", files);
        Assert.DoesNotContain(Engine, files);
    }

    private static bool IsRuntime(string name) =>
        name != Engine && (name == "netstandard" || name.StartsWith("System.", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.Win32.", StringComparison.Ordinal));

    private static List<string> References(string file)
    {
        using var stream = File.OpenRead(Path.Combine(RepositoryRoot.ModuleBin, file));
        using var image = new PEReader(stream);
        var metadata = image.GetMetadataReader();
        return [.. metadata.AssemblyReferences
            .Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
