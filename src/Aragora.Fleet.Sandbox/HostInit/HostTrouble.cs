using System.Diagnostics;
using System.Globalization;
using Aragora.Fleet.Sandbox.Hosts;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>What the sandbox can make go wrong on this host from within.</summary>
internal sealed class HostTrouble(HostPaths paths, ServiceManager services)
{
    /// <summary>Roomy: the file system takes no memory before it is written to.</summary>
    private const string Room = "size=2g";

    /// <summary>Kills the main process of the service; systemd starts it again.</summary>
    public void KillService() => services.Find("aragora")!.Kill(Native.SigKill);

    /// <summary>Makes the service die at each start, and now; or ends that.</summary>
    public void CrashLoop(bool isOn)
    {
        if (isOn)
        {
            File.WriteAllText(paths.CrashMark, "");
            KillService();
        }
        else
        {
            File.Delete(paths.CrashMark);
        }
    }

    /// <summary>Leaves the host's disk no room, or gives it back.</summary>
    public async Task FillDiskAsync(bool isOn)
    {
        var used = new DriveInfo(paths.Disk) is var disk ? disk.TotalSize - disk.TotalFreeSpace : 0;
        var size = isOn ? $"size={used.ToString(CultureInfo.InvariantCulture)}" : Room;
        using var mount = Process.Start("mount", ["-o", $"remount,{size}", paths.Disk]);
        await mount.WaitForExitAsync();
        if (mount.ExitCode != 0)
            throw new InvalidOperationException($"mount ended with {mount.ExitCode}");
    }
}
