using System.ComponentModel;

namespace Aragora.Fleet.Sandbox.Hosts;

/// <summary>Whether this machine gives a host mounts, processes and a network of its own.</summary>
internal static class Isolation
{
    public static async Task<bool> IsAvailableAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (exitCode, _) = await Tool.RunAsync(
                "unshare", ["-Urmnpu", "--fork", "--kill-child", "--mount-proc", "true"], "", cancellationToken);
            return exitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
