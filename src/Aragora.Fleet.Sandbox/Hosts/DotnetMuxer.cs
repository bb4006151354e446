using System.Runtime.InteropServices;

namespace Aragora.Fleet.Sandbox.Hosts;

/// <summary>Finds the dotnet program that runs the hosts' processes; pwsh is none.</summary>
internal static class DotnetMuxer
{
    private const string Program = "dotnet";

    public static string Find() =>
        Candidates().Where(File.Exists).Select(Resolve).FirstOrDefault()
        ?? throw new SandboxException(
            "The sandbox needs the program dotnet, and found it neither as the running process, nor by "
            + "DOTNET_HOST_PATH, DOTNET_ROOT or PATH.",
            "Install the .NET runtime.");

    private static IEnumerable<string> Candidates()
    {
        if (Path.GetFileName(Environment.ProcessPath) == Program)
            yield return Environment.ProcessPath!;
        if (Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host)
            yield return host;
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root)
            yield return Path.Combine(root, Program);
        // <root>/shared/Microsoft.NETCore.App/<version>/
        yield return Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..", Program));
        foreach (var directory in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
            yield return Path.Combine(directory, Program);
    }

    /// <summary>/usr/bin/dotnet is mostly a link into the directory that also has the runtime.</summary>
    private static string Resolve(string path) =>
        File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
}
