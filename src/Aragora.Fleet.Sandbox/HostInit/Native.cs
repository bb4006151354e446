using System.Runtime.InteropServices;
using System.Text;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>The few system calls that the runtime does not offer.</summary>
internal static class Native
{
    public const int SigTerm = 15;
    public const int SigKill = 9;

    private const int AfInet = 2;
    private const int SockDgram = 2;
    private const nuint SiocGetInterfaceFlags = 0x8913;
    private const nuint SiocSetInterfaceFlags = 0x8914;
    private const int InterfaceRequestSize = 40;
    private const int InterfaceFlagsOffset = 16;
    private const byte InterfaceUp = 0x1;
    private const int PrSetChildSubreaper = 36;

    /// <summary>Signals a whole process group; one that is gone is no error.</summary>
    public static void SignalGroup(int groupId, int signal) => _ = Kill(-groupId, signal);

    public static void Signal(int processId, int signal) => _ = Kill(processId, signal);

    public static void SetHostName(string name)
    {
        var bytes = Encoding.ASCII.GetBytes(name);
        ThrowIf(SetHostName(bytes, (nuint)bytes.Length) != 0, "sethostname");
    }

    /// <summary>Orphans of this process's children become its children, so that they can be found and ended.</summary>
    public static void BecomeSubreaper() =>
        ThrowIf(ProcessControl(PrSetChildSubreaper, 1, 0, 0, 0) != 0, "prctl");

    /// <summary>A new network namespace begins with its loopback interface down.</summary>
    public static void RaiseLoopback()
    {
        var socket = OpenSocket(AfInet, SockDgram, 0);
        ThrowIf(socket < 0, "socket");
        var request = new byte[InterfaceRequestSize];
        "lo"u8.CopyTo(request);
        ThrowIf(InterfaceControl(socket, SiocGetInterfaceFlags, request) != 0, "ioctl");
        request[InterfaceFlagsOffset] |= InterfaceUp;
        ThrowIf(InterfaceControl(socket, SiocSetInterfaceFlags, request) != 0, "ioctl");
        _ = CloseDescriptor(socket);
    }

    private static void ThrowIf(bool failed, string call)
    {
        if (failed)
            throw new InvalidOperationException($"{call} failed: error {Marshal.GetLastPInvokeError()}");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int processId, int signal);

    [DllImport("libc", EntryPoint = "sethostname", SetLastError = true)]
    private static extern int SetHostName(byte[] name, nuint length);

    [DllImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static extern int ProcessControl(int option, nuint a, nuint b, nuint c, nuint d);

    [DllImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static extern int OpenSocket(int domain, int type, int protocol);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static extern int InterfaceControl(int descriptor, nuint request, byte[] argument);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int CloseDescriptor(int descriptor);
}
