using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Aragora.Fleet.Sandbox.Hosts;
using Aragora.Fleet.Sandbox.Http;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>
/// What nginx serves on a host with a network of its own: port 80, handed on to the application. It is open for as long as
/// the process of the unit lives, and lives in init, since a process of its own would slow the start of every host down.
/// </summary>
internal sealed partial class FrontServer : IAsyncDisposable
{
    private const string Unit = "nginx.service";
    private const int Port = 80;
    private const string BadGateway =
        "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";

    private static readonly string[] s_passed = ["Accept", "Authorization", "Content-Type", "User-Agent"];

    private readonly HttpClient _application;
    private readonly HttpServer _server;

    private FrontServer(Uri application)
    {
        _application = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = application,
        };
        _server = HttpServer.OnTcp(IPAddress.Any, Port, PassAsync);
    }

    /// <summary>What the unit serves beside its process; null where it serves nothing, or the port is taken.</summary>
    public static FrontServer? Of(string unit, HostPaths paths)
    {
        if (unit != Unit || !File.Exists(paths.NginxSite))
            return null;
        var port = int.Parse(
            Upstream().Match(File.ReadAllText(paths.NginxSite)).Groups["port"].Value, CultureInfo.InvariantCulture);
        try
        {
            return new FrontServer(new Uri($"http://127.0.0.1:{port}/"));
        }
        catch (SocketException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _application.Dispose();
    }

    private async Task<HttpResponse> PassAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var query = request.Query.Length > 0 ? "?" + request.Query : "";
        using var passed = new HttpRequestMessage(new HttpMethod(request.Method), request.Path.TrimStart('/') + query);
        foreach (var name in s_passed.Where(name => request.Header(name) is not null))
            passed.Headers.TryAddWithoutValidation(name, request.Header(name));
        if (request.Body.Length > 0)
            passed.Content = new ByteArrayContent(request.Body);
        try
        {
            using var response = await _application.SendAsync(passed, cancellationToken);
            return new HttpResponse(
                (int)response.StatusCode,
                response.Content.Headers.ContentType?.ToString() ?? "text/plain",
                await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (HttpRequestException)
        {
            return HttpResponse.Text(502, BadGateway);
        }
    }

    [GeneratedRegex(@"proxy_pass http://127\.0\.0\.1:(?<port>\d+);")]
    private static partial Regex Upstream();
}
