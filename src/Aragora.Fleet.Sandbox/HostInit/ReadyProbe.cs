using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>Asks the host's application whether it is ready.</summary>
internal static class ReadyProbe
{
    private static readonly byte[] s_request =
        "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray();

    public static async Task<bool> IsReadyAsync(ServiceDefinition application, CancellationToken cancellationToken)
    {
        var words = application.ExecStart;
        var port = int.Parse(words[Array.FindIndex(words, word => word is "--http-port" or "--api-port") + 1]);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
            await socket.SendAsync(s_request, cancellationToken);
            var answer = new byte["HTTP/1.1 200".Length];
            var read = await socket.ReceiveAsync(answer, cancellationToken);
            return Encoding.ASCII.GetString(answer, 0, read) == "HTTP/1.1 200";
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
