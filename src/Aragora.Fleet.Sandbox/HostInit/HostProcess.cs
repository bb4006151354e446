using System.Diagnostics;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>Starts processes on the host, each the leader of a session and a process group of its own.</summary>
internal static class HostProcess
{
    public static Process Start(
        IEnumerable<string> command, string workingDirectory, IReadOnlyDictionary<string, string> environment)
    {
        // setsid and bash both exec: the process id stays the command's own.
        var start = new ProcessStartInfo("/usr/bin/setsid", ["/bin/bash", "-c", "exec \"$@\" </dev/null", "-"])
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var word in command)
            start.ArgumentList.Add(word);
        start.Environment.Clear();
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
