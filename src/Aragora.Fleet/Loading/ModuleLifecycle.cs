using System.Management.Automation;
using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Loading;

/// <summary>Leaves nothing running: a sandbox ends with the module or with the process, whichever is first.</summary>
public sealed class ModuleLifecycle : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private static readonly Lazy<bool> s_exitHook = new(() =>
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => FleetSession.ClearAll();
        return true;
    });

    /// <inheritdoc/>
    public void OnImport() => _ = s_exitHook.Value;

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo) => FleetSession.Clear();
}
