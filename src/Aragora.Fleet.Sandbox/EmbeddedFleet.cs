using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using Aragora.Fleet.Ports;
using Aragora.Fleet.Sandbox.Ec2;
using Aragora.Fleet.Sandbox.Hosts;
using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Ssm;
using Aragora.Fleet.Sandbox.Ssm.Commands;
using Aragora.Fleet.Sandbox.Sts;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox;

/// <summary>An endpoint, and the hosts behind it.</summary>
[SupportedOSPlatform("linux")]
internal sealed class EmbeddedFleet : ISandbox
{
    private readonly HttpServer _server;
    private readonly Dispatcher _dispatcher;
    private readonly LiveFleet _hosts;
    private int _isDisposed;

    private EmbeddedFleet(HttpServer server, Dispatcher dispatcher, LiveFleet hosts, AccessKey accessKey)
    {
        (_server, _dispatcher, _hosts) = (server, dispatcher, hosts);
        AccessKey = accessKey;
        Endpoint = new Uri($"http://127.0.0.1:{server.Port}/");
    }

    public Uri Endpoint { get; }

    public string Region => FleetModel.Region;

    public AccessKey AccessKey { get; }

    public bool IsIsolated => _hosts.IsIsolated;

    /// <summary>Starts a fleet; isolation is used where it is available unless it is forced on or off.</summary>
    public static async Task<EmbeddedFleet> StartAsync(
        SandboxOptions options, bool? isolated, CancellationToken cancellationToken)
    {
        Prerequisites.Check();
        var model = FleetModel.Of(options.HostCount);
        var hosts = await LiveFleet.StartAsync(
            model, isolated ?? await Isolation.IsAvailableAsync(cancellationToken), cancellationToken);
        var dispatcher = new Dispatcher(
            hosts.Hosts.ToDictionary(host => host.Key, host => (IScriptHost)host.Value), TimeProvider.System);
        try
        {
            var key = new AccessKey(
                "AKIA" + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16),
                RandomNumberGenerator.GetHexString(40, lowercase: true));
            var endpoint = new AwsEndpoint(
                new SignatureCheck(key.Id, key.Secret, TimeProvider.System),
                new Dictionary<string, IAwsService>
                {
                    [SsmService.Target] = new SsmService(model, dispatcher, TimeProvider.System),
                },
                new Ec2Service(model, hosts.Hosts.ToDictionary(host => host.Key, host => (IMachine)host.Value)),
                new StsService());
            return new EmbeddedFleet(Listen(options.Port, endpoint), dispatcher, hosts, key);
        }
        catch
        {
            await dispatcher.DisposeAsync();
            await hosts.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _server.DisposeAsync();
        await _dispatcher.DisposeAsync();
        await _hosts.DisposeAsync();
    }

    private static HttpServer Listen(int port, AwsEndpoint endpoint)
    {
        try
        {
            return HttpServer.OnTcp(IPAddress.Loopback, port, endpoint.AnswerAsync);
        }
        catch (SocketException e)
        {
            throw new SandboxException(
                $"The port {port} of 127.0.0.1 cannot be used: {e.Message}",
                "Name another port, or 0 for a free one.", e);
        }
    }
}
