using System.Net;
using System.Net.Sockets;
using System.Text;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;
using Aragora.Fleet.Sandbox;
using Aragora.Fleet.Sandboxes;

namespace Aragora.Fleet.Aws.Tests;

/// <summary>What the SDK may repeat and what it must not, against a server that only fails.</summary>
public sealed class RetryTests
{
    [Fact]
    public async Task A_send_that_was_answered_500_is_never_sent_again()
    {
        using var server = new FailingServer(500, "InternalServerError");

        var failure = await Assert.ThrowsAsync<FleetException>(() => SendAsync(server));

        Assert.Equal(FailureKind.ServiceUnavailable, failure.Kind);
        Assert.Equal(1, server.Requests);
    }

    /// <summary>The SDK by itself sends again ten times, whatever its setting for retries says.</summary>
    [Theory]
    [InlineData(SandboxFaultKind.CutBeforeAcceptance, 0)]
    [InlineData(SandboxFaultKind.CutAfterAcceptance, 1)]
    public async Task A_send_whose_connection_was_cut_is_never_sent_again(SandboxFaultKind kind, int accepted)
    {
        await using var sandbox = await new SandboxFactory().StartAsync(
            new SandboxOptions { VirtualHostCount = 1 }, CancellationToken.None);
        await using var backend = new AwsBackendFactory().Create(
            new BackendOptions { EndpointUrl = sandbox.Endpoint, AccessKey = sandbox.AccessKey });
        await SandboxControl.Of(sandbox.Endpoint, sandbox.ControlToken).SetAsync(
            new SandboxFault { Kind = kind, ApiAction = "SendCommand" }, CancellationToken.None);

        var failure = await Assert.ThrowsAsync<FleetException>(
            () => SendAsync(backend, "i-0dbd51f74a9a11fcc"));

        Assert.Equal(FailureKind.ServiceUnavailable, failure.Kind);
        var listed = await backend.Commands.ListCommandsAsync(
            "us-east-2", new HistoryQuery { After = DateTimeOffset.UtcNow.AddMinutes(-5) }, null, CancellationToken.None);
        Assert.Equal(accepted, listed.Items.Count);
    }

    [Fact]
    public async Task A_send_whose_answer_broke_off_is_never_sent_again()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var requests = 0;
        var serving = Task.Run(async () =>
        {
            while (true)
            {
                using var client = await server.AcceptSocketAsync();
                await client.ReceiveAsync(new byte[65536]);
                Interlocked.Increment(ref requests);
                await client.SendAsync(Encoding.ASCII.GetBytes(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: 400\r\n\r\n{\"Comm"));
            }
        });
        await using var backend = new AwsBackendFactory().Create(new BackendOptions
        {
            EndpointUrl = new Uri($"http://{server.LocalEndpoint}/"), AccessKey = new AccessKey("AKIAEXAMPLE", "secret"),
        });

        var failure = await Assert.ThrowsAsync<FleetException>(() => SendAsync(backend, "i-00000001"));

        Assert.Equal(FailureKind.ServiceUnavailable, failure.Kind);
        Assert.Equal(1, requests);
        server.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => serving);
    }

    [Fact]
    public async Task An_answer_that_cannot_be_read_leaves_open_whether_it_was_accepted()
    {
        using var server = new FailingServer(200, "");

        Assert.Equal(
            FailureKind.ServiceUnavailable, (await Assert.ThrowsAsync<FleetException>(() => SendAsync(server))).Kind);
    }

    [Fact]
    public async Task A_read_that_was_answered_500_is_asked_again()
    {
        using var server = new FailingServer(500, "InternalServerError");

        var failure = await Assert.ThrowsAsync<FleetException>(
            () => Backend(server).Commands.ListInvocationsAsync(
                "us-east-2", new HistoryQuery { CommandId = "c" }, null, CancellationToken.None));

        Assert.Equal(FailureKind.ServiceUnavailable, failure.Kind);
        Assert.Equal(6, server.Requests);
    }

    [Theory]
    [InlineData(400, "ThrottlingException", FailureKind.ServiceThrottled)]
    [InlineData(400, "ExpiredTokenException", FailureKind.CredentialExpired)]
    [InlineData(400, "UnrecognizedClientException", FailureKind.CredentialRejected)]
    [InlineData(400, "InvalidSignatureException", FailureKind.CredentialRejected)]
    [InlineData(400, "AccessDeniedException", FailureKind.AccessDenied)]
    [InlineData(400, "ValidationException", FailureKind.RequestRejected)]
    [InlineData(503, "ServiceUnavailable", FailureKind.ServiceUnavailable)]
    public async Task Every_answer_of_the_service_is_a_failure_of_the_closed_set(int status, string code, FailureKind expected)
    {
        using var server = new FailingServer(status, code);

        Assert.Equal(expected, (await Assert.ThrowsAsync<FleetException>(() => SendAsync(server))).Kind);
    }

    [Fact]
    public async Task An_endpoint_that_is_down_is_unavailable()
    {
        var server = new FailingServer(500, "");
        server.Dispose();

        Assert.Equal(
            FailureKind.ServiceUnavailable, (await Assert.ThrowsAsync<FleetException>(() => SendAsync(server))).Kind);
    }

    private static IFleetBackend Backend(FailingServer server) => new AwsBackendFactory().Create(
        new BackendOptions { EndpointUrl = server.Url, AccessKey = new AccessKey("AKIAEXAMPLE", "secret") });

    private static Task<string> SendAsync(FailingServer server) => SendAsync(Backend(server), "i-00000001");

    private static Task<string> SendAsync(IFleetBackend backend, string instanceId) => backend.Commands.SendAsync(
        new SendRequest
        {
            Region = "us-east-2",
            InstanceIds = [instanceId],
            Script = "true",
            Comment = "test",
            DeliveryTimeout = TimeSpan.FromSeconds(30),
            ExecutionTimeout = TimeSpan.FromSeconds(30),
        },
        CancellationToken.None);

    private sealed class FailingServer : IDisposable
    {
        private readonly HttpListener _listener = new();
        private int _requests;

        public FailingServer(int status, string code)
        {
            Url = new Uri($"http://127.0.0.1:{FreePort()}/");
            _listener.Prefixes.Add(Url.ToString());
            _listener.Start();
            _ = Task.Run(() => AnswerAsync(status, code));
        }

        public Uri Url { get; }

        public int Requests => _requests;

        // Its loop may wait for ever where it asked for a request just as the listener was closed.
        public void Dispose() => _listener.Close();

        private async Task AnswerAsync(int status, string code)
        {
            while (_listener.IsListening)
            {
                try
                {
                    var context = await _listener.GetContextAsync();
                    Interlocked.Increment(ref _requests);
                    context.Response.StatusCode = status;
                    var body = status == 200 ? "" : $$"""{"__type":"{{code}}","message":"no"}""";
                    context.Response.Close(Encoding.UTF8.GetBytes(body), false);
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
            }
        }

        private static int FreePort()
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            return ((IPEndPoint)probe.LocalEndpoint).Port;
        }
    }
}
