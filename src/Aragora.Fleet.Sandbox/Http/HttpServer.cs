using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Aragora.Fleet.Sandbox.Http;

/// <summary>Answers one request.</summary>
internal delegate Task<HttpResponse> HttpHandler(HttpRequest request, CancellationToken cancellationToken);

/// <summary>
/// A small HTTP/1.1 server. Not HttpListener, which cannot take a free port and never shows the connection that a
/// fault has to cut; not ASP.NET, which the runtime of PowerShell does not have.
/// </summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private static readonly TimeSpan s_acceptPause = TimeSpan.FromMilliseconds(10);

    private readonly Socket _listener;
    private readonly HttpHandler _handler;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, Socket> _connections = new();
    private readonly Task _accepting;

    private HttpServer(Socket listener, HttpHandler handler)
    {
        (_listener, _handler) = (listener, handler);
        _accepting = AcceptAsync();
    }

    /// <summary>The port of a TCP server.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Listens on TCP; port 0 takes a free one.</summary>
    public static HttpServer OnTcp(IPAddress address, int port, HttpHandler handler) =>
        Listen(new IPEndPoint(address, port), ProtocolType.Tcp, handler);

    /// <summary>Listens on a Unix socket at a path that does not exist yet.</summary>
    public static HttpServer OnUnixSocket(string path, HttpHandler handler) =>
        Listen(new UnixDomainSocketEndPoint(path), ProtocolType.Unspecified, handler);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        foreach (var (connection, socket) in _connections)
        {
            socket.Dispose();
            await connection;
        }

        _stop.Dispose();
    }

    private static HttpServer Listen(EndPoint endPoint, ProtocolType protocol, HttpHandler handler)
    {
        var listener = new Socket(endPoint.AddressFamily, SocketType.Stream, protocol);
        try
        {
            listener.Bind(endPoint);
            listener.Listen(512);
            return new HttpServer(listener, handler);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync(_stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // Out of descriptors, or a client that was gone before it was accepted.
                await Task.Delay(s_acceptPause);
                continue;
            }

            var connection = Task.Run(() => ServeAsync(socket));
            _connections[connection] = socket;
            _ = connection.ContinueWith(
                ended => _connections.TryRemove(ended, out _), TaskScheduler.Default);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var _ = socket;
        try
        {
            if (socket.ProtocolType == ProtocolType.Tcp)
                socket.NoDelay = true;
            var reader = new HttpRequestReader(socket);
            while (await AnswerNextAsync(reader, socket))
            {
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException
            or ConnectionCutException)
        {
            // The client is gone, or the server stops: there is nobody to tell; or a fault lets nobody know.
        }
    }

    private async Task<bool> AnswerNextAsync(HttpRequestReader reader, Socket socket)
    {
        HttpResponse response;
        var keepAlive = true;
        try
        {
            if (await reader.ReadAsync(_stop.Token) is not { } request)
                return false;
            keepAlive = !string.Equals(request.Header("Connection"), "close", StringComparison.OrdinalIgnoreCase);
            response = await _handler(request, _stop.Token);
        }
        catch (HttpRefusedException refused)
        {
            (response, keepAlive) = (HttpResponse.Text(refused.Status, refused.Message), false);
        }

        await socket.SendAsync(response.ToBytes(keepAlive), _stop.Token);
        return keepAlive;
    }
}
