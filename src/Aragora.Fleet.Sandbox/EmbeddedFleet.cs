using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Aragora.Fleet.Ports;
using Aragora.Fleet.Sandbox.Ec2;
using Aragora.Fleet.Sandbox.Faults;
using Aragora.Fleet.Sandbox.Hosts;
using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.SecretsManager;
using Aragora.Fleet.Sandbox.Ssm;
using Aragora.Fleet.Sandbox.Ssm.Commands;
using Aragora.Fleet.Sandbox.Sts;
using Aragora.Fleet.Sandbox.Virtual;
using Aragora.Fleet.Sandbox.Wire;
using Aragora.Fleet.Sandboxes;

namespace Aragora.Fleet.Sandbox;

/// <summary>An endpoint, and the hosts behind it.</summary>
internal sealed class EmbeddedFleet : ISandbox
{
    private readonly HttpServer _server;
    private readonly Dispatcher _dispatcher;
    private readonly IHostFleet _hosts;
    private readonly HostFaults _hostFaults;
    private readonly IReadOnlyList<HttpServer> _roles;
    private int _isDisposed;

    private EmbeddedFleet(
        HttpServer server, Dispatcher dispatcher, IHostFleet hosts, HostFaults hostFaults, IReadOnlyList<HttpServer> roles,
        FleetModel model, AccessKey accessKey, string controlToken)
    {
        (_server, _dispatcher, _hosts, _hostFaults, _roles) = (server, dispatcher, hosts, hostFaults, roles);
        (Regions, AccessKey, ControlToken) = (model.Regions, accessKey, controlToken);
        Endpoint = new Uri($"http://127.0.0.1:{server.Port}/");
    }

    public Uri Endpoint { get; }

    public string Region => Regions[0];

    public IReadOnlyList<string> Regions { get; }

    public AccessKey AccessKey { get; }

    public string ControlToken { get; }

    public bool IsVirtual => _hosts.IsVirtual;

    public bool IsIsolated => _hosts.IsIsolated;

    /// <summary>Starts a fleet; isolation is used where it is available unless it is forced on or off.</summary>
    public static async Task<EmbeddedFleet> StartAsync(
        SandboxOptions options, bool? isolated, CancellationToken cancellationToken)
    {
        var isVirtual = options.VirtualHostCount > 0;
        var model = FleetModel.Of(options.TotalHostCount, options.Regions)
            .WithPackages(options.PackageHostCount);
        return await StartAsync(options.Port, model, async tokenHash => isVirtual
            ? new VirtualFleet(model, new HostTimes(options.HostTime, options.Seed), TimeProvider.System)
            : await StartLiveAsync(model, isolated, tokenHash, cancellationToken));
    }

    /// <summary>Puts an endpoint in front of hosts of any kind.</summary>
    /// <param name="port">The port of the endpoint; 0 takes a free one.</param>
    /// <param name="model">The instances.</param>
    /// <param name="startHosts">Starts their hosts, which get the hash of the token of the health endpoints.</param>
    public static async Task<EmbeddedFleet> StartAsync(
        int port, FleetModel model, Func<string, Task<IHostFleet>> startHosts)
    {
        var healthToken = HealthToken.New();
        var hosts = await startHosts(HealthToken.Hash(healthToken));
        var faults = new FaultSet(TimeProvider.System);
        var dispatcher = new Dispatcher(hosts.ScriptHosts.ToDictionary(
            host => host.Key,
            host => (IScriptHost)new FaultyHost(host.Value, host.Key, faults, TimeProvider.System)), TimeProvider.System);
        try
        {
            var key = new AccessKey(
                "AKIA" + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16),
                RandomNumberGenerator.GetHexString(40, lowercase: true));
            var secrets = new SecretsManagerService(
                SecretStore.OfTheFleet(TimeProvider.System, healthToken), TimeProvider.System);
            var controlToken = RandomNumberGenerator.GetHexString(32, lowercase: true);
            var clock = new SkewedClock(TimeProvider.System);
            var signatures = new SignatureCheck(key.Id, key.Secret, clock);
            var endpoint = new AwsEndpoint(
                signatures,
                new Dictionary<string, IAwsService>
                {
                    [SsmService.Target] = new SsmService(
                        model, dispatcher, TimeProvider.System, body => HiddenFor(faults, body)),
                    [SecretsManagerService.Target] = secrets,
                },
                new Ec2Service(model, hosts.Machines), new StsService(model));
            var calls = new AwsCallLog();
            var hostFaults = new HostFaults(LiveHosts(hosts), faults, TimeProvider.System);
            var control = new ControlService(
                controlToken, model, faults, hostFaults, calls, () => (hosts as VirtualFleet)?.Count() ?? new ExecutionCount(0, 0, 0, 0));
            var door = new FrontDoor(
                new FaultyEndpoint(endpoint.AnswerAsync, signatures, faults, clock, calls), control);
            var server = Listen(port, door);
            return new EmbeddedFleet(
                server, dispatcher, hosts, hostFaults, Roles(hosts, secrets), model, key, controlToken);
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
        // Whatever fails on the way, the hosts end.
        await using (_hosts)
        await using (_dispatcher)
        {
            await _server.DisposeAsync();
            await _hostFaults.DisposeAsync();
            foreach (var role in _roles)
                await role.DisposeAsync();
        }
    }

    private static async Task<IHostFleet> StartLiveAsync(
        FleetModel model, bool? isolated, string tokenHash, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || Prerequisites.WhyNoLiveHosts() is not null)
        {
            throw new SandboxException(
                Prerequisites.WhyNoLiveHosts()!,
                "Use virtual hosts: Connect-AragoraFleet -Sandbox -VirtualHost 4, or --virtual 4.");
        }

        return await LiveFleet.StartAsync(
            model, isolated ?? await Isolation.IsAvailableAsync(cancellationToken), tokenHash, cancellationToken);
    }

    private static IReadOnlyList<HttpServer> Roles(IHostFleet hosts, SecretsManagerService secrets) =>
        [
            .. hosts.AwsSockets.Select(socket => HttpServer.OnUnixSocket(
                socket.Value, new HostRole(secrets, socket.Key).AnswerAsync)),
        ];

    private static IReadOnlyDictionary<string, LiveHost> LiveHosts(IHostFleet hosts) =>
        OperatingSystem.IsLinux() && hosts is LiveFleet live ? live.Hosts : new Dictionary<string, LiveHost>();

    private static TimeSpan HiddenFor(FaultSet faults, string body) =>
        faults.StrikeCall(SandboxFaultKind.EventualConsistency, "SendCommand", body) is { } fault
            ? fault.Delay ?? FaultSet.LongestBlindness
            : TimeSpan.Zero;

    private static HttpServer Listen(int port, FrontDoor door)
    {
        try
        {
            return HttpServer.OnTcp(IPAddress.Loopback, port, door.AnswerAsync);
        }
        catch (SocketException e)
        {
            throw new SandboxException(
                $"The port {port} of 127.0.0.1 cannot be used: {e.Message}",
                "Name another port, or 0 for a free one.", e);
        }
    }
}
