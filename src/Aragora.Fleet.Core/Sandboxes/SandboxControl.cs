using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Sandboxes;

/// <summary>Sets the faults of a sandbox over HTTP, in this process or in another one.</summary>
public sealed class SandboxControl
{
    private static readonly HttpClient s_http = new(new SocketsHttpHandler { UseProxy = false })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    private readonly Uri _endpoint;
    private readonly string _token;

    private SandboxControl(Uri endpoint, string token) => (_endpoint, _token) = (endpoint, token);

    /// <summary>The control of the sandbox that a session is connected to; nothing is asked yet.</summary>
    /// <param name="endpoint">The endpoint of the connection; null for AWS's own.</param>
    /// <param name="token">What the sandbox gave out for this; never a secret of AWS.</param>
    /// <exception cref="FleetException">NotASandbox: it can be none, so the token stays here.</exception>
    public static SandboxControl Of(Uri? endpoint, string? token) => (endpoint, token) switch
    {
        (null, _) => throw NotASandbox("The session is connected to AWS itself", null),
        ({ IsLoopback: true }, { Length: > 0 }) => new SandboxControl(endpoint, token),
        _ => throw NotASandbox($"{endpoint} is no sandbox of this session", endpoint),
    };

    /// <summary>Switches a fault on, in place of one of the same kind, hosts and action; gives what is on then.</summary>
    /// <exception cref="FleetException">NotASandbox, RequestRejected, ServiceUnavailable.</exception>
    public Task<IReadOnlyList<SandboxFault>> SetAsync(SandboxFault fault, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Put, "", SandboxJson.Write(fault), cancellationToken);

    /// <summary>Switches the faults of one kind off, or all where it is null; gives what is still on.</summary>
    /// <exception cref="FleetException">NotASandbox, ServiceUnavailable.</exception>
    public Task<IReadOnlyList<SandboxFault>> ClearAsync(SandboxFaultKind? kind, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Delete, kind is null ? "" : $"?kind={kind}", null, cancellationToken);

    private async Task<IReadOnlyList<SandboxFault>> CallAsync(
        HttpMethod method, string query, string? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(_endpoint, SandboxJson.FaultsPath + query));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        try
        {
            using var response = await s_http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => SandboxJson.Read<List<SandboxFault>>(text),
                HttpStatusCode.BadRequest => throw new FleetException(
                    FailureKind.RequestRejected, text, "Correct the value that the message names.", _endpoint),
                _ => throw NotASandbox($"{_endpoint} does not take the token ({(int)response.StatusCode})", _endpoint),
            };
        }
        catch (JsonException e)
        {
            throw NotASandbox($"{_endpoint} does not answer as a sandbox does", _endpoint, e);
        }
        catch (Exception e) when (
            e is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new FleetException(
                FailureKind.ServiceUnavailable,
                $"The sandbox at {_endpoint} does not answer: {e.Message}",
                "Start it again, then Connect-AragoraFleet.",
                _endpoint,
                e);
        }
    }

    private static FleetException NotASandbox(string what, Uri? endpoint, Exception? cause = null) => new(
        FailureKind.NotASandbox,
        $"{what}: faults are set in a sandbox only.",
        "Connect with -Sandbox, or set ARAGORA_SANDBOX_TOKEN to what the stand-alone sandbox printed.",
        endpoint,
        cause);
}
