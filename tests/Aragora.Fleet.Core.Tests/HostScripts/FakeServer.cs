using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Aragora.Fleet.HostScripts;

/// <summary>A small HTTP server of a fake host: it takes a request, and a subclass says what is answered.</summary>
internal abstract class FakeServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    protected FakeServer()
    {
        _listener.Start();
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    /// <summary>The answer; null for a connection that is closed without one.</summary>
    protected abstract (string Code, string Body)? Answer(string path, string authorization);

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
            var authorization = string.Empty;
            while (await reader.ReadLineAsync() is { Length: > 0 } header)
            {
                if (header.StartsWith("Authorization: ", StringComparison.Ordinal))
                    authorization = header["Authorization: ".Length..];
            }

            if (request.Split(' ') is ["GET", var path, ..] && Answer(path, authorization) is var (code, body))
            {
                await client.GetStream().WriteAsync(
                    Encoding.UTF8.GetBytes($"HTTP/1.1 {code} X\r\nConnection: close\r\n\r\n{body}"));
            }
        }
        catch (IOException)
        {
        }
    }
}
