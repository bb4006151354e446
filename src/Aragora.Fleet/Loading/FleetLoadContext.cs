using System.Reflection;
using System.Runtime.Loader;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.PowerShell.Loading;

/// <summary>
/// A private load context over one folder. What lies in the folder is loaded from there whatever other modules have
/// loaded; Core is shared, so that its ports are the same types on both sides; all else is the default context's.
/// </summary>
internal sealed class FleetLoadContext(string name, string folder) : AssemblyLoadContext(name, isCollectible: false)
{
    private static readonly Assembly s_core = typeof(IFleetBackend).Assembly;

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name == s_core.GetName().Name)
        {
            return s_core;
        }

        var path = Path.Combine(folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
