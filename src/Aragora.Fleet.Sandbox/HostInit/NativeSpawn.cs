using System.Runtime.InteropServices;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>
/// Starts a child that the runtime does not know. Of its own children the runtime tells 128 and the signal as the exit
/// code, and the agent has to tell <c>exit 137</c> from SIGKILL.
/// </summary>
internal static class NativeSpawn
{
    // Larger than the C library's own types are.
    private const int OpaqueSize = 512;
    private const int SignalSetSize = 128;
    private const short SetSignalMask = 0x08;
    private const short SetSignalDefaults = 0x04;
    private const int SigPipe = 13;
    private const int Interrupted = 4;

    /// <summary>Starts a program with these two descriptors as its output streams; gives the process id.</summary>
    public static int Start(string[] command, string[] environment, int stdout, int stderr)
    {
        var (actions, attributes) = (new byte[OpaqueSize], new byte[OpaqueSize]);
        _ = InitializeActions(actions);
        _ = InitializeAttributes(attributes);
        try
        {
            _ = Duplicate(actions, stdout, 1);
            _ = Duplicate(actions, stderr, 2);
            // The runtime ignores SIGPIPE, and a shell would hand that on: yes | head would never end.
            var defaults = new byte[SignalSetSize];
            defaults[(SigPipe - 1) / 8] |= 1 << ((SigPipe - 1) % 8);
            _ = SetDefaults(attributes, defaults);
            _ = SetMask(attributes, new byte[SignalSetSize]);
            _ = SetFlags(attributes, SetSignalMask | SetSignalDefaults);
            var error = Spawn(out var id, command[0], actions, attributes, [.. command, null], [.. environment, null]);
            return error == 0 ? id : throw new InvalidOperationException($"posix_spawn failed: error {error}");
        }
        finally
        {
            _ = DestroyActions(actions);
            _ = DestroyAttributes(attributes);
        }
    }

    /// <summary>Waits for a child's end: its exit code, or the signal that ended it as a negative number.</summary>
    public static int Wait(int id)
    {
        int status;
        while (WaitFor(id, out status, 0) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
                throw new InvalidOperationException($"waitpid failed: error {Marshal.GetLastPInvokeError()}");
        }

        return (status & 0x7f) == 0 ? (status >> 8) & 0xff : -(status & 0x7f);
    }

    [DllImport("libc", EntryPoint = "posix_spawn")]
    private static extern int Spawn(
        out int id, string path, byte[] actions, byte[] attributes, string?[] arguments, string?[] environment);

    [DllImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static extern int InitializeActions(byte[] actions);

    [DllImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static extern int DestroyActions(byte[] actions);

    [DllImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static extern int Duplicate(byte[] actions, int descriptor, int target);

    [DllImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static extern int InitializeAttributes(byte[] attributes);

    [DllImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static extern int DestroyAttributes(byte[] attributes);

    [DllImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static extern int SetFlags(byte[] attributes, short flags);

    [DllImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static extern int SetDefaults(byte[] attributes, byte[] signals);

    [DllImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static extern int SetMask(byte[] attributes, byte[] signals);

    [DllImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static extern int WaitFor(int id, out int status, int options);
}
