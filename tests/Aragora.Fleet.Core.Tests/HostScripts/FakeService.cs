using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Aragora.Fleet.HostScripts;

/// <summary>The application's HTTP side: what it says follows from the files of a fake host.</summary>
internal sealed class FakeService : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _folder;
    private int _flaps;

    public FakeService(string folder)
    {
        _folder = folder;
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
            var authorization = string.Empty;
            while (await reader.ReadLineAsync() is { Length: > 0 } header)
            {
                if (header.StartsWith("Authorization: ", StringComparison.Ordinal))
                    authorization = header["Authorization: ".Length..];
            }

            if (Say("running").Length == 0)
                return;
            var (code, body) = Guarded(request.Split(' ')[1], authorization) ?? Answer(request.Split(' ')[1]);
            await client.GetStream().WriteAsync(
                Encoding.UTF8.GetBytes($"HTTP/1.1 {code} X\r\nConnection: close\r\n\r\n{body}"));
        }
        catch (IOException)
        {
        }
    }

    /// <summary>To a token the service says what the file "guarded" holds, and writes down what token it got.</summary>
    private (int Code, string Body)? Guarded(string path, string authorization)
    {
        if (authorization.Length == 0)
            return null;
        lock (_listener)
            File.AppendAllText(Path.Combine(_folder, "tokens"), $"{path} {authorization}\n");
        return (200, Say("guarded"));
    }

    private (int Code, string Body) Answer(string path) => (path, Say("fate")) switch
    {
        ("/readyz", "unready") => (503, """{"status":"not_ready","reason":"startup in progress"}"""),
        ("/readyz", "flaps") when Interlocked.Increment(ref _flaps) % 3 == 0 => (503, """{"status":"not_ready"}"""),
        ("/readyz", _) => (200, """{"status":"ready","checks":{"degraded_mode":true}}"""),
        ("/readyz/dependencies", "demo") => (200, """{"checks":{"api_keys":{"configured_count":0}}}"""),
        ("/readyz/dependencies", "silent") => (200, """{"checks":{}}"""),
        ("/readyz/dependencies", _) => (200, """{"checks":{"api_keys":{"configured_count": 2}}}"""),
        ("/api/health/build", "old-build") => (404, "{}"),
        ("/api/health/build", _) => (200, $$"""{"sha":"{{Say("build")}}","version":"dev"}"""),
        ("/api/health", _) => (200, """{"status":"healthy","timestamp":"2026-03-07T12:34:56.123456+00:00Z"}"""),
        ("/healthz", _) => (200, Say("healthz") is { Length: > 0 } text ? text : """{"status":"ok"}"""),
        ("/api/openapi.json", _) => (200, new string('x', 3_000_000)),
        _ => (404, "{}"),
    };

    private string Say(string name)
    {
        var file = Path.Combine(_folder, name);
        return File.Exists(file) ? File.ReadAllText(file).TrimEnd('\n') : string.Empty;
    }
}
