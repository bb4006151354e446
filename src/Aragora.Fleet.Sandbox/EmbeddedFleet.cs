using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using Aragora.Fleet.Ports;
using Aragora.Fleet.Sandbox.Ec2;
using Aragora.Fleet.Sandbox.Hosts;
using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.SecretsManager;
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
    private readonly IReadOnlyList<HttpServer> _roles;
    private int _isDisposed;

    private EmbeddedFleet(
        HttpServer server, Dispatcher dispatcher, LiveFleet hosts, IReadOnlyList<HttpServer> roles, AccessKey accessKey)
    {
        (_server, _dispatcher, _hosts, _roles) = (server, dispatcher, hosts, roles);
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
        var token = HealthToken.New();
        var hosts = await LiveFleet.StartAsync(
            model, isolated ?? await Isolation.IsAvailableAsync(cancellationToken), HealthToken.Hash(token),
            cancellationToken);
        var dispatcher = new Dispatcher(
            hosts.Hosts.ToDictionary(host => host.Key, host => (IScriptHost)host.Value), TimeProvider.System);
        try
        {
            var key = new AccessKey(
                "AKIA" + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16),
                RandomNumberGenerator.GetHexString(40, lowercase: true));
            var secrets = new SecretsManagerService(
                SecretStore.OfTheFleet(TimeProvider.System, token), TimeProvider.System);
            var endpoint = new AwsEndpoint(
                new SignatureCheck(key.Id, key.Secret, TimeProvider.System),
                new Dictionary<string, IAwsService>
                {
                    [SsmService.Target] = new SsmService(model, dispatcher, TimeProvider.System),
                    [SecretsManagerService.Target] = secrets,
                },
                new Ec2Service(model, hosts.Hosts.ToDictionary(host => host.Key, host => (IMachine)host.Value)),
                new StsService());
            var server = Listen(options.Port, endpoint);
            return new EmbeddedFleet(server, dispatcher, hosts, [.. hosts.Hosts.Select(Role)], key);

            HttpServer Role(KeyValuePair<string, LiveHost> host) =>
                HttpServer.OnUnixSocket(host.Value.AwsSocket, new HostRole(secrets, host.Key).AnswerAsync);
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
        foreach (var role in _roles)
            await role.DisposeAsync();
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
