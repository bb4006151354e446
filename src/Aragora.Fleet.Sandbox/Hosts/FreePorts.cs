using System.Net;
using System.Net.Sockets;

namespace Aragora.Fleet.Sandbox.Hosts;

/// <summary>Finds ports for hosts that share the machine's network.</summary>
internal static class FreePorts
{
    public static int[] Take(int count)
    {
        var sockets = Enumerable.Range(0, count).Select(_ => Bind()).ToList();
        var ports = sockets.Select(socket => ((IPEndPoint)socket.LocalEndPoint!).Port).ToArray();
        sockets.ForEach(socket => socket.Dispose());
        return ports;
    }

    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
