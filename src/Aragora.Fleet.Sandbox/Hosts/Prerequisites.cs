namespace Aragora.Fleet.Sandbox.Hosts;

/// <summary>What live hosts are made of: Linux, and some programs of the machine.</summary>
internal static class Prerequisites
{
    private static readonly string[] s_programs = ["bash", "curl", "flock", "git", "setsid"];
    private static readonly string[] s_directories = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>Why this machine cannot run live hosts; null where it can.</summary>
    public static string? WhyNoLiveHosts()
    {
        if (!OperatingSystem.IsLinux())
            return "The sandbox's live hosts need Linux.";
        var missing = s_programs
            .Where(program => !Array.Exists(s_directories, directory => File.Exists($"{directory}/{program}")))
            .ToList();
        return missing.Count > 0
            ? $"The sandbox's live hosts need {string.Join(", ", missing)}, which this machine does not have."
            : null;
    }
}
