using Aragora.Fleet.Sandbox.Hosts;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>Why systemd cannot even start a process, with the exit code that it then shows.</summary>
internal sealed record ExecFailure(int Code, string Message)
{
    public const int ChangeDirectory = 200;
    public const int Exec = 203;
    public const int User = 217;

    /// <summary>Null when nothing is in the way.</summary>
    public static ExecFailure? Of(ServiceDefinition definition, HostPaths paths)
    {
        if (definition.User.Length > 0 && !IsKnown(definition.User, paths))
            return new(User, $"Failed to determine user credentials: No such process ({definition.User})");
        if (definition.WorkingDirectory.Length > 0 && !Directory.Exists(definition.WorkingDirectory))
        {
            return new(
                ChangeDirectory, $"Changing to the requested working directory failed: {definition.WorkingDirectory}");
        }

        return definition.ExecStart is [var program, ..] && (File.Exists(program) || !program.Contains('/'))
            ? null
            : new(Exec, "Failed to locate executable: No such file or directory");
    }

    private static bool IsKnown(string user, HostPaths paths) =>
        File.ReadLines(paths.Passwd).Any(line => line.StartsWith(user + ":", StringComparison.Ordinal));
}
