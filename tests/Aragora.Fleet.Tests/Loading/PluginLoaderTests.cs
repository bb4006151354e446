using System.Reflection;
using System.Runtime.Loader;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;
using Aragora.Fleet.PowerShell.Loading;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Loading;

public sealed class PluginLoaderTests
{
    private const string ThisAssembly = "Aragora.Fleet.Tests";

    [Fact]
    public void Instance_IsOfAPrivateContext_AndServesTheSharedPort()
    {
        var loader = Loader(ThisAssembly, typeof(FakeBackendFactory).FullName!);

        var factory = loader.Instance;

        var context = AssemblyLoadContext.GetLoadContext(factory.GetType().Assembly)!;
        Assert.Equal(ThisAssembly, context.Name);
        Assert.NotSame(AssemblyLoadContext.Default, context);
        Assert.NotEqual(typeof(FakeBackendFactory), factory.GetType());
        Assert.Same(factory, loader.Instance);
    }

    [Fact]
    public void Instance_NoAssembly_IsAFailureThatNamesThePath()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Nothing.dll");

        var failure = Assert.Throws<FleetException>(() => Loader("Nothing", "Nothing.Factory").Instance);

        Assert.Equal(FailureKind.BackendLoadFailed, failure.Kind);
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Nothing.Factory")]
    [InlineData("Aragora.Fleet.Tests.Loading.PluginLoaderTests")]
    [InlineData("Aragora.Fleet.Tests.Loading.FailingBackendFactory")]
    public void Instance_NoSuchTypeOrNoSuchPortOrNoInstance_IsAFailure(string type)
    {
        var failure = Assert.Throws<FleetException>(() => Loader(ThisAssembly, type).Instance);

        Assert.Equal(FailureKind.BackendLoadFailed, failure.Kind);
        Assert.Contains(type, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ForeignAwsSdkInTheDefaultContext_TheModuleKeepsItsOwn()
    {
        var dependencies = Path.Combine(RepositoryRoot.ModuleBin, "dependencies");
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "foreign")).FullName;
        var copy = Path.Combine(folder, "AWSSDK.Core.dll");
        File.Copy(Path.Combine(dependencies, "AWSSDK.Core.dll"), copy, overwrite: true);
        var foreign = Assembly.LoadFrom(copy);

        var own = new FleetLoadContext("own", dependencies).LoadFromAssemblyName(new AssemblyName("AWSSDK.Core"));

        Assert.Same(AssemblyLoadContext.Default, AssemblyLoadContext.GetLoadContext(foreign));
        Assert.Equal(Path.Combine(dependencies, "AWSSDK.Core.dll"), own.Location);
        Assert.Equal(copy, foreign.Location);
    }

    private static PluginLoader<IFleetBackendFactory> Loader(string assembly, string type) =>
        new(AppContext.BaseDirectory, assembly, type, FailureKind.BackendLoadFailed);
}

/// <summary>A plug-in that can be created.</summary>
public sealed class FakeBackendFactory : IFleetBackendFactory
{
    public IFleetBackend Create(BackendOptions options) => throw new NotSupportedException();
}

/// <summary>A plug-in that cannot.</summary>
public sealed class FailingBackendFactory : IFleetBackendFactory
{
    public FailingBackendFactory() => throw new InvalidOperationException("No.");

    public IFleetBackend Create(BackendOptions options) => throw new NotSupportedException();
}
