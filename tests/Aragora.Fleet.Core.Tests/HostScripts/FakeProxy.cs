using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Aragora.Fleet.HostScripts;

/// <summary>The nginx of a fake host: passes /api/health on, or answers with the status that the file "proxy" of its release names.</summary>
internal sealed class FakeProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly FakeHost _host;

    public FakeProxy(FakeHost host)
    {
        _host = host;
        _listener.Start();
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception closed) when (closed is ObjectDisposedException or SocketException)
        {
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var connection = client;
        try
        {
            using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
            var request = await reader.ReadLineAsync() ?? string.Empty;
            while (await reader.ReadLineAsync() is { Length: > 0 })
            {
            }

            var file = _host.At("proxy", (await File.ReadAllTextAsync(_host.At("running"))).Trim());
            var code = !request.StartsWith("GET /api/health ", StringComparison.Ordinal) ? "404"
                : File.Exists(file) ? (await File.ReadAllTextAsync(file)).Trim()
                : "200";
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {code} X\r\nConnection: close\r\n\r\n"));
        }
        catch (IOException)
        {
        }
    }
}
