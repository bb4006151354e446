using Aragora.Fleet.Sandbox.Hosts;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>The host that an agent runs its scripts on.</summary>
internal interface IAgentHost
{
    string InstanceId { get; }

    string Region { get; }

    /// <summary>The host's places as the agent's process sees them.</summary>
    HostPaths Outside { get; }

    /// <summary>The host's places as its scripts see them.</summary>
    HostPaths Inside { get; }

    /// <summary>What every script finds in its environment.</summary>
    IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>What starts a command on the host: in a session of its own, with nothing on its standard input.</summary>
    string[] CommandLine(string directory, string[] command);

    /// <summary>A path of a script as the agent's process sees it.</summary>
    string SeenFromOutside(string path);

    /// <summary>Kills what was started, with its process group.</summary>
    void Kill(int processId);

    /// <summary>The end of a command line: a command in a directory.</summary>
    static string[] EnterDirectory(string directory, string[] command) =>
        ["/bin/bash", "-c", "cd \"$1\" && unset OLDPWD && shift && exec \"$@\" </dev/null", "-", directory, .. command];
}
