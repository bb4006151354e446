using System.Diagnostics;
using System.Runtime.Versioning;
using Aragora.Fleet.Sandbox.Ec2;
using Aragora.Fleet.Sandbox.HostInit;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Ssm;

namespace Aragora.Fleet.Sandbox.Hosts;

/// <summary>The hosts of one sandbox, in one folder, under one shell that outlives us to clean up.</summary>
[SupportedOSPlatform("linux")]
internal sealed class LiveFleet : IHostFleet
{
    private static readonly TimeSpan s_bootLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_endLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    private readonly string _folder;
    private readonly Process _launcher;

    private LiveFleet(
        string folder, bool isolated, Process launcher, IReadOnlyDictionary<string, LiveHost> hosts) =>
        (_folder, IsIsolated, _launcher, Hosts) = (folder, isolated, launcher, hosts);

    /// <summary>Whether the hosts have mounts, processes and a network of their own.</summary>
    public bool IsIsolated { get; }

    public bool IsVirtual => false;

    public IReadOnlyDictionary<string, LiveHost> Hosts { get; }

    public IReadOnlyDictionary<string, IScriptHost> ScriptHosts =>
        Hosts.ToDictionary(host => host.Key, host => (IScriptHost)host.Value);

    public IReadOnlyDictionary<string, IMachine> Machines =>
        Hosts.ToDictionary(host => host.Key, host => (IMachine)host.Value);

    public IReadOnlyDictionary<string, string> AwsSockets =>
        Hosts.ToDictionary(host => host.Key, host => host.Value.AwsSocket);

    public static async Task<LiveFleet> StartAsync(
        FleetModel model, bool isolated, string tokenHash, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("aragora-fleet-").FullName;
        Process launcher;
        try
        {
            var origins = Directory.CreateDirectory(folder + "/srv").FullName;
            var tags = await AppRepository.CreateAsync(origins + AppRepository.Place, cancellationToken);
            if (model.Hosts.Any(instance => instance.Layout.IsPackage))
                PackageIndex.Write(origins + PackageIndex.Place);
            var ports = isolated ? [] : FreePorts.Take(model.Hosts.Count);
            foreach (var (instance, index) in model.Hosts.Select((instance, index) => (instance, index)))
            {
                var port = isolated ? 8080 : ports[index];
                new HostFiles(Plan(instance, folder, isolated, port, tokenHash, tags)).Write();
            }

            launcher = Launch(folder, isolated, model.Hosts);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }

        var fleet = new LiveFleet(folder, isolated, launcher, model.Hosts.ToDictionary(
            instance => instance.Id, instance => new LiveHost(new HostPaths($"{folder}/{instance.Id}"), hasDisk: isolated)));
        try
        {
            await Task.WhenAll(fleet.Hosts.Select(host => fleet.AwaitServingAsync(host, cancellationToken)));
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in Hosts.Values)
            host.Dispose();
        _launcher.StandardInput.Close();
        try
        {
            using var limit = new CancellationTokenSource(s_endLimit);
            await _launcher.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _launcher.Kill(entireProcessTree: true);
        }

        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        _launcher.Dispose();
    }

    private static HostPlan Plan(
        SimulatedInstance instance,
        string folder,
        bool isolated,
        int port,
        string tokenHash,
        IReadOnlyDictionary<string, string> tags)
    {
        var outside = new HostPaths($"{folder}/{instance.Id}");
        return new HostPlan
        {
            Instance = instance,
            Outside = outside,
            Inside = isolated ? new HostPaths("") : outside,
            Origins = isolated ? "/srv" : folder + "/srv",
            HttpPort = port,
            User = isolated ? instance.Layout.User : Environment.UserName,
            PinnedBuild = instance.Layout.PinsBuildSha ? tags[instance.Release] : null,
            TokenHash = tokenHash,
            Dotnet = DotnetMuxer.Find(),
            Marker = Path.GetFileName(folder),
        };
    }

    private static Process Launch(string folder, bool isolated, IReadOnlyList<SimulatedInstance> instances)
    {
        foreach (var script in new[] { "launch-hosts.sh", "enter-host.sh", "boot-host.sh" })
            File.WriteAllText(Path.Combine(folder, script), EmbeddedFile.Read(script));
        // A session of its own: Ctrl+C in the user's terminal, or the end of our process group, must not reach it.
        var start = new ProcessStartInfo(
            "setsid", ["bash", $"{folder}/launch-hosts.sh", folder, isolated ? "isolated" : "folder"])
        {
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        };
        start.Environment[HostIdentity.Marker] = Path.GetFileName(folder);
        foreach (var instance in instances)
            start.ArgumentList.Add(instance.Id);
        return Process.Start(start)!;
    }

    private async Task AwaitServingAsync(KeyValuePair<string, LiveHost> host, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_bootLimit);
        var log = $"{_folder}/{host.Key}.log";
        while (!await host.Value.IsServingAsync(limit.Token))
        {
            if (File.Exists($"{_folder}/{host.Key}.exit") || _launcher.HasExited)
            {
                throw new SandboxException(
                    $"The host {host.Key} did not start: {File.ReadAllText(log).Trim()}",
                    "Mend what the message names, and start the sandbox again.");
            }

            await Task.Delay(s_look, limit.Token);
        }
    }
}
