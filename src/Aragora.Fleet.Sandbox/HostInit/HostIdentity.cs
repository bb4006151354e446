using Aragora.Fleet.Sandbox.Hosts;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>Who the host is, and what every process on it finds in its environment.</summary>
internal sealed class HostIdentity : IAgentHost
{
    /// <summary>Marks all processes of one sandbox.</summary>
    public const string Marker = "ARAGORA_SANDBOX";

    /// <summary>Where init answers on a host with a network of its own, beside its socket: ask-init names it too.</summary>
    public const int InitPort = 9;

    public HostIdentity(string instanceId, string region, string name, string marker, string prefix)
    {
        (InstanceId, Region, Name, Paths) = (instanceId, region, name, new HostPaths(prefix));
        Environment = new Dictionary<string, string>
        {
            ["PATH"] = Paths.SearchPath,
            ["LANG"] = "C.UTF-8",
            [Marker] = marker,
        };
        if (!IsIsolated)
            AddPrivateLocations();
    }

    public string InstanceId { get; }

    public string Region { get; }

    public string Name { get; }

    public HostPaths Paths { get; }

    public HostPaths Outside => Paths;

    public HostPaths Inside => Paths;

    public bool IsIsolated => Paths.Prefix.Length == 0;

    public Dictionary<string, string> Environment { get; }

    IReadOnlyDictionary<string, string> IAgentHost.Environment => Environment;

    /// <summary>setsid and bash both exec: the process id stays the script's own.</summary>
    public string[] CommandLine(string directory, string[] command) =>
        ["/usr/bin/setsid", .. IAgentHost.EnterDirectory(directory, command)];

    public string SeenFromOutside(string path) => path;

    public void Kill(int processId) => Native.SignalGroup(processId, Native.SigKill);

    /// <summary>A host without mounts of its own must be told to keep off the machine's places.</summary>
    private void AddPrivateLocations()
    {
        Environment["HOME"] = Paths.RootHome;
        Environment["TMPDIR"] = Paths.Temporary;
        Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        Environment["GIT_CONFIG_GLOBAL"] = Paths.RootHome + "/.gitconfig";
        Environment["SANDBOX_HOST_NAME"] = Name;
        Environment["ARAGORA_FLEET_STATE_DIR"] = Paths.StateDirectory;
        Environment["ARAGORA_FLEET_CACHE_DIR"] = Paths.CacheDirectory;
        Environment["ARAGORA_FLEET_AGENT_DIR"] = Paths.AgentDirectory;
        Environment["ARAGORA_FLEET_TMP_STATE"] = Paths.DeployState;
        Environment["ARAGORA_FLEET_UNIT_DIR"] = Paths.UnitDirectory;
    }
}
