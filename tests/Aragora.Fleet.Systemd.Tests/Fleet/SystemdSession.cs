using System.Management.Automation;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.History;
using Aragora.Fleet.Sandbox;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Systemd.Tests.Fleet;

/// <summary>The four hosts, the endpoint in front of them, and a session that is connected to it as to AWS.</summary>
public sealed class SystemdSession : IAsyncLifetime
{
    internal const string First = "i-0dbd51f74a9a11fcc";
    internal const string Second = "i-016b3e32625bf967e";
    internal const string Third = "i-0a1b2c3d4e5f60001";
    internal const string Package = "i-0a1b2c3d4e5f60002";

    /// <summary>The hosts that have a checkout; $git in the session.</summary>
    internal static readonly string[] Git = [First, Second, Third];

    private static readonly string[] s_releases = ["v2.8.0", "v2.9.0"];

    private EmbeddedFleet? _endpoint;

    internal EngineHost Engine { get; private set; } = null!;

    internal IReadOnlyDictionary<string, SystemdHost> Hosts { get; private set; } = null!;

    /// <summary>What another process needs to come to the same endpoint.</summary>
    internal IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["AWS_ENDPOINT_URL"] = _endpoint!.Endpoint.ToString().TrimEnd('/'),
        ["AWS_REGION"] = _endpoint.Region,
        ["AWS_ACCESS_KEY_ID"] = _endpoint.AccessKey.Id,
        ["AWS_SECRET_ACCESS_KEY"] = _endpoint.AccessKey.Secret,
    };

    public async Task InitializeAsync()
    {
        // Every test of the collection is skipped then.
        if (SystemdFleet.WhyNone is not null)
            return;
        var model = FleetModel.Of(4);
        _endpoint = await EmbeddedFleet.StartAsync(port: 0, model, async tokenHash =>
        {
            var fleet = await SystemdFleet.StartAsync(model, tokenHash);
            Hosts = ((SystemdFleet)fleet).Hosts;
            return fleet;
        });
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", _endpoint.AccessKey.Id);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", _endpoint.AccessKey.Secret);
        Environment.SetEnvironmentVariable("ARAGORA_SANDBOX_TOKEN", _endpoint.ControlToken);
        Engine = EngineHost.Open();
        Connect(Engine);
        Engine.SetVariable("git", Git);
        Engine.SetVariable("package", Package);
    }

    public async Task DisposeAsync()
    {
        if (_endpoint is null)
            return;
        Engine.Dispose();
        await _endpoint.DisposeAsync();
    }

    /// <summary>Connects a session as to AWS.</summary>
    internal void Connect(EngineHost engine)
    {
        var connected = engine.Run(
            $"Connect-AragoraFleet production -Region {_endpoint!.Region} -EndpointUrl {_endpoint.Endpoint} "
            + "-Settings @{ LockTtl = '0:0:6'; StepTimeout = '0:1:0'; DeliveryTimeout = '0:0:30' }");
        Assert.True(connected.Exception is null && connected.Errors.Count == 0, $"{connected.Exception}");
    }

    /// <summary>Sees to it that all checkouts are at one of two releases, and gives the name of the other.</summary>
    internal string Prepare()
    {
        if (_endpoint is null)
            return "";
        var at = Releases().Values.Distinct().ToList();
        var releases = s_releases.ToDictionary(Commit);
        if (at is [var (disk, running)] && disk == running && releases.TryGetValue(disk!, out var name))
            return name == s_releases[0] ? s_releases[1] : s_releases[0];
        Bring(s_releases[0]);
        return s_releases[1];
    }

    /// <summary>Brings every checkout to a release, unless it is there.</summary>
    internal void Bring(string name)
    {
        if (Releases().Values.Any(release => release != (Commit(name), Commit(name))))
            Succeed($"$null = Invoke-AragoraDeploy $git -Ref {name} -Wave 100% -SettleTime 0 -LockWait 0:0:30 -Confirm:$false");
    }

    /// <summary>The version that is installed on the package host.</summary>
    internal string PackageVersion() => Shell(Package, "/opt/aragora/venv/bin/pip show aragora | sed -n 's/^Version: //p'");

    /// <summary>Brings the package host to a version, unless it is there.</summary>
    internal void BringPackage(string version)
    {
        if (PackageVersion() != version)
            Succeed($"$null = Invoke-AragoraDeploy {Package} -PackageVersion {version} -SettleTime 0 -Confirm:$false");
    }

    /// <summary>The newest run.</summary>
    internal DeployRecord LastRun() => Assert.IsType<DeployRecord>(Assert.Single(Succeed("Get-AragoraDeploy -Last 1").Values));

    /// <summary>What each checkout holds and each of its services runs, by instance id.</summary>
    internal Dictionary<string, (string? Disk, string? Running)> Releases() =>
        Succeed("Get-AragoraFleetVersion $git").Values.Cast<Versions.HostVersion>()
            .ToDictionary(version => version.InstanceId, version => (version.DiskCommit, version.RunningCommit));

    /// <summary>The commit of a tag or branch at the origin.</summary>
    internal string Commit(string name) => Shell(First, $"git ls-remote git://origin/aragora.git {name}")[..40];

    /// <summary>Ends when a host is up and its application ready.</summary>
    internal async Task AwaitServingAsync(string instanceId)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await Hosts[instanceId].IsServingAsync())
            await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
    }

    /// <summary>Ends when the step of one of these hosts has entered a phase.</summary>
    internal Task AwaitPhaseAsync(string phase, params string[] instanceIds) =>
        AwaitPhaseAsync(phase, CancellationToken.None, instanceIds);

    /// <summary>Ends when the step of one of these hosts has entered a phase.</summary>
    internal async Task AwaitPhaseAsync(string phase, CancellationToken cancellationToken, params string[] instanceIds)
    {
        var since = instanceIds.ToDictionary(id => id, id => CountPhase(phase, id));
        while (!instanceIds.Any(id => CountPhase(phase, id) > since[id]))
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
    }

    /// <summary>Runs a script that must not fail in any way.</summary>
    internal EngineResult Succeed(string script)
    {
        var result = Engine.Run(script);
        Assert.True(
            result.Exception is null && result.Errors.Count == 0,
            $"{script}\n{result.Exception}\n{string.Join('\n', result.Errors)}");
        return result;
    }

    /// <summary>Runs text on a host, beside SSM, and gives its trimmed output.</summary>
    internal string Shell(string instanceId, string text)
    {
        var (exitCode, output) = Hosts[instanceId].ExecuteAsync("bash", "-ec", text).GetAwaiter().GetResult();
        Assert.True(exitCode == 0, $"{text}\n{output}");
        return output.Trim();
    }

    private int CountPhase(string phase, string id) => int.Parse(
        Shell(id, $"cat /var/lib/aragora-fleet/steps/*/facts 2>/dev/null | grep -cx 'phase {phase}' || true"));

    internal static IReadOnlyList<DeployResult> Results(EngineResult result) => [.. result.Values.OfType<DeployResult>()];

    internal static string Id(ErrorRecord error) => error.FullyQualifiedErrorId.Split(',')[0];
}

[CollectionDefinition(Name)]
public sealed class SharedHosts : ICollectionFixture<SystemdSession>
{
    public const string Name = "hosts with systemd";
}
