using System.Diagnostics;
using System.Text;
using Aragora.Fleet.Sandbox.Ec2;
using Aragora.Fleet.Sandbox.HostInit;
using Aragora.Fleet.Sandbox.Hosts;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Ssm;

namespace Aragora.Fleet.Systemd.Tests.Fleet;

/// <summary>
/// One host with systemd. Its scripts are started where its unit amazon-ssm-agent is, in the same namespaces and the same
/// control group, and are reported by the sandbox's agent.
/// </summary>
internal sealed class SystemdHost : IScriptHost, IMachine, IAgentHost
{
    private const string AgentName = "amazon-ssm-agen"; // as the kernel cuts it

    // The agent's own place in each hierarchy of control groups, then its namespaces.
    private const string Enter =
        """
        while IFS=: read -r _ controllers path; do
          for root in /sys/fs/cgroup /sys/fs/cgroup/unified "/sys/fs/cgroup/${controllers#name=}"; do
            [ ! -e "$root$path/cgroup.procs" ] || echo $$ >"$root$path/cgroup.procs" || exit
          done
        done <"/proc/$1/cgroup" 2>/dev/null
        exec nsenter --target "$1" --all --root --wd -- setsid "${@:2}"
        """;

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    private readonly SimulatedInstance _instance;
    private readonly string _groups;
    private readonly ScriptAgent _agent;

    public SystemdHost(SimulatedInstance instance, string fleet)
    {
        _instance = instance;
        _groups = $"{fleet}/{instance.Id}/payload";
        _agent = new ScriptAgent(this, RebootAsync);
    }

    public string InstanceId => _instance.Id;

    public string Region => _instance.Place.Region;

    public HostPaths Outside => new($"/proc/{AgentId()}/root");

    public HostPaths Inside { get; } = new("");

    public IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ["LANG"] = "C.UTF-8",
    };

    /// <summary>Whether the agent is there and has a network: an interface that is down has no route.</summary>
    public bool IsConnected => Lines($"/proc/{AgentId()}/net/route").Any(line => line.StartsWith("eth0", StringComparison.Ordinal));

    public bool IsRebooting => AgentId() == 0;

    public async Task TakeUpAsync(CancellationToken cancellationToken)
    {
        while (!IsConnected)
            await Task.Delay(s_look, cancellationToken);
    }

    public async Task<ScriptOutcome> RunAsync(ScriptOrder order, CancellationToken cancellationToken)
    {
        var agent = AgentId();
        ScriptReport? report = null;
        try
        {
            report = await _agent.RunAsync(order, cancellationToken);
        }
        catch (IOException) when (AgentId() != agent)
        {
            // The root that it wrote to has gone with the host.
        }

        // A script that went down with the host is not answered for: nobody is left who knew of it.
        if (report is null || (AgentId() != agent && report.ExitCode != 0))
            await Task.Delay(Timeout.Infinite, cancellationToken);
        // And without a network nothing reaches the service until there is one.
        await TakeUpAsync(cancellationToken);
        return report!.ToOutcome();
    }

    public Task CancelAsync(string commandId, CancellationToken cancellationToken)
    {
        _agent.Cancel(commandId);
        return Task.CompletedTask;
    }

    public void Reboot() => _ = RebootAsync();

    /// <summary>Ends the host as a failure of its machine would; it is booted again.</summary>
    public void Kill()
    {
        foreach (var id in Processes("init.scope"))
            Native.Signal(id, Native.SigKill);
    }

    /// <summary>Runs a command on the host, beside SSM; gives its exit code and what it wrote.</summary>
    public async Task<(int ExitCode, string Output)> ExecuteAsync(params string[] command)
    {
        var line = CommandLine("/", command);
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The machine's settings, such as pip's, are none of the host's.
        start.Environment.Clear();
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>Whether the application answers that it is ready.</summary>
    public async Task<bool> IsServingAsync() =>
        AgentId() != 0 && (await ExecuteAsync("curl", "-sf", "-m", "2", "http://127.0.0.1:8080/readyz")).ExitCode == 0;

    public string[] CommandLine(string directory, string[] command) =>
        ["/bin/bash", "-c", Enter, "-", $"{AgentId()}", .. IAgentHost.EnterDirectory(directory, command)];

    public string SeenFromOutside(string path) => Outside.Prefix + path;

    /// <summary>What nsenter started leads the group; that one is known once it has been started.</summary>
    public void Kill(int processId)
    {
        foreach (var child in Lines($"/proc/{processId}/task/{processId}/children").SelectMany(line => line.Split(' ')[..^1]))
            Native.SignalGroup(int.Parse(child), Native.SigKill);
    }

    private async Task RebootAsync() => await ExecuteAsync("systemctl", "reboot");

    /// <summary>The process of the agent, as this process sees it; 0 while the host is down.</summary>
    private int AgentId() => Processes("system.slice/amazon-ssm-agent.service").FirstOrDefault(id => Name(id) == AgentName);

    private static string Name(int id) => Lines($"/proc/{id}/comm").FirstOrDefault("");

    /// <summary>The processes of a unit; none where it does not run.</summary>
    private IEnumerable<int> Processes(string unit) => ((string[])["/sys/fs/cgroup/unified", "/sys/fs/cgroup"])
        .SelectMany(root => Lines($"{root}/{_groups}/{unit}/cgroup.procs"))
        .Select(int.Parse);

    /// <summary>None where the file is not there, or has just gone.</summary>
    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            return [];
        }
    }
}
