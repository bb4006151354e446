using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.PowerShell.Loading;

/// <summary>What the module loads on demand, from the folders beside its own assembly.</summary>
internal static class ModulePlugins
{
    internal const string BackendTypeName = "Aragora.Fleet.Aws.AwsBackendFactory";
    internal const string SandboxTypeName = "Aragora.Fleet.Sandbox.SandboxFactory";

    /// <summary>The AWS adapter and the AWS SDK.</summary>
    public static PluginLoader<IFleetBackendFactory> Backend { get; } = new(
        Beside("dependencies"), "Aragora.Fleet.Aws", BackendTypeName, FailureKind.BackendLoadFailed);

    /// <summary>The embedded fleet.</summary>
    public static PluginLoader<ISandboxFactory> Sandbox { get; } = new(
        Beside("sandbox"), "Aragora.Fleet.Sandbox", SandboxTypeName, FailureKind.SandboxUnavailable);

    private static string Beside(string folder) =>
        Path.Combine(Path.GetDirectoryName(typeof(ModulePlugins).Assembly.Location)!, folder);
}
