using System.Diagnostics;
using Aragora.Fleet.Sandbox.Ec2;
using Aragora.Fleet.Sandbox.Hosts;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Ssm;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Systemd.Tests.Fleet;

/// <summary>
/// The runbook's four hosts as machines of systemd-nspawn, under one script that ends with this process: see run-fleet.sh.
/// </summary>
internal sealed class SystemdFleet : IHostFleet
{
    private static readonly TimeSpan s_bootLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_endLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    /// <summary>The layout of each host, and what /bin/sh is there; Amazon Linux has bash, Debian dash.</summary>
    private static readonly (string Layout, string Shell)[] s_hosts =
        [("home", "dash"), ("home", "bash"), ("opt", "dash"), ("package", "bash")];

    // What run-fleet.sh does for each host, in namespaces that end with it.
    private const string Probe =
        """
        set -e
        for root in /sys/fs/cgroup/unified /sys/fs/cgroup; do [ ! -e "$root/cgroup.procs" ] || break; done
        mkdir "$root/aragora-systemd-probe.$$"; rmdir "$root/aragora-systemd-probe.$$"
        exec unshare --mount --net --pid --fork --mount-proc sh -ec '
          mount -t tmpfs probe /mnt; mkdir /mnt/upper /mnt/work /mnt/root
          mount -t overlay -o lowerdir=/usr,upperdir=/mnt/upper,workdir=/mnt/work probe /mnt/root
          ip link add bridge type bridge; ip link add host1 type veth peer name eth0'
        """;

    private readonly string _folder;
    private readonly Process _launcher;

    private SystemdFleet(string folder, Process launcher, IReadOnlyDictionary<string, SystemdHost> hosts) =>
        (_folder, _launcher, Hosts) = (folder, launcher, hosts);

    /// <summary>Why this machine runs no such hosts; null where it does.</summary>
    public static string? WhyNone { get; } = Environment.GetEnvironmentVariable("ARAGORA_SYSTEMD") == "0"
        ? "hosts with systemd need ARAGORA_SYSTEMD to be other than 0"
        : Missing() is { Count: > 0 } missing
        ? $"hosts with systemd need {string.Join(", ", missing)}"
        : null;

    public bool IsVirtual => false;

    public bool IsIsolated => true;

    /// <summary>The hosts, by instance id.</summary>
    public IReadOnlyDictionary<string, SystemdHost> Hosts { get; }

    public IReadOnlyDictionary<string, IScriptHost> ScriptHosts =>
        Hosts.ToDictionary(host => host.Key, host => (IScriptHost)host.Value);

    public IReadOnlyDictionary<string, IMachine> Machines =>
        Hosts.ToDictionary(host => host.Key, host => (IMachine)host.Value);

    public IReadOnlyDictionary<string, string> AwsSockets =>
        Hosts.Keys.ToDictionary(id => id, id => $"{_folder}/{id}/aws.sock");

    public static async Task<IHostFleet> StartAsync(FleetModel model, string tokenHash)
    {
        var image = await HostImage.EnsureAsync();
        var folder = Directory.CreateTempSubdirectory("aragora-systemd-").FullName;
        foreach (var instance in model.Hosts)
            WriteSandboxFolder($"{folder}/{instance.Id}", tokenHash);
        var fleet = new SystemdFleet(folder, Launch(image, folder, model), model.Hosts.ToDictionary(
            instance => instance.Id, instance => new SystemdHost(instance, Path.GetFileName(folder))));
        try
        {
            await Task.WhenAll(fleet.Hosts.Values.Select(fleet.AwaitServingAsync));
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
        _launcher.StandardInput.Close();
        using var limit = new CancellationTokenSource(s_endLimit);
        await _launcher.WaitForExitAsync(limit.Token);
        _launcher.Dispose();
    }

    private static List<string> Missing()
    {
        var missing = new List<string>();
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            missing.Add("root on Linux");
        foreach (var program in (string[])["systemd-nspawn", "mmdebstrap", "git", "nsenter", "ip"])
        {
            if (!Array.Exists(["/usr/sbin", "/usr/bin", "/sbin", "/bin"], folder => File.Exists($"{folder}/{program}")))
                missing.Add(program);
        }

        if (missing.Count == 0 && Refused() is { } reason)
            missing.Add($"control groups, namespaces, overlays and bridges: {reason}");
        return missing;
    }

    /// <summary>Why the kernel does not let this process make hosts, in its words; null where it does.</summary>
    private static string? Refused()
    {
        using var probe = Process.Start(new ProcessStartInfo("sh", ["-c", Probe]) { RedirectStandardError = true })!;
        var error = probe.StandardError.ReadToEnd().Trim();
        probe.WaitForExit();
        return probe.ExitCode == 0 ? null : error;
    }

    /// <summary>What the host sees in /srv/sandbox: its aws, and the hash by which the application knows its token.</summary>
    private static void WriteSandboxFolder(string folder, string tokenHash)
    {
        Directory.CreateDirectory(folder + "/bin");
        WriteProgram("ask-init", EmbeddedFile.Read(EmbeddedFile.StandIns + "ask-init"));
        // On the host's PATH by a link, so it cannot find the other beside itself.
        WriteProgram("aws", "#!/bin/bash\nexec /srv/sandbox/bin/ask-init aws \"$@\"\n");
        File.WriteAllText(folder + "/token.sha256", tokenHash);

        void WriteProgram(string name, string text)
        {
            File.WriteAllText($"{folder}/bin/{name}", text);
            File.SetUnixFileMode($"{folder}/bin/{name}", (UnixFileMode)0b111_101_101);
        }
    }

    private static Process Launch(string image, string folder, FleetModel model)
    {
        var script = Path.Combine(RepositoryRoot.Path, "tests/Aragora.Fleet.Systemd.Tests/Fleet/run-fleet.sh");
        // A session of its own: Ctrl+C in the user's terminal, or the end of our process group, must not reach it.
        return Process.Start(new ProcessStartInfo("setsid",
        [
            "bash", script, image, folder,
            .. model.Hosts.Zip(s_hosts, (instance, host) =>
                $"{instance.Id} {instance.Name} {host.Layout} {host.Shell} {instance.PrivateIp}"),
        ])
        {
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        })!;
    }

    private async Task AwaitServingAsync(SystemdHost host)
    {
        var clock = Stopwatch.StartNew();
        while (!await host.IsServingAsync())
        {
            if (clock.Elapsed > s_bootLimit || _launcher.HasExited)
            {
                var log = $"{_folder}/{host.InstanceId}.log";
                throw new InvalidOperationException(
                    $"{host.InstanceId} did not come up: {(File.Exists(log) ? File.ReadAllText(log) : "it was not booted")}");
            }

            await Task.Delay(s_look);
        }
    }
}
