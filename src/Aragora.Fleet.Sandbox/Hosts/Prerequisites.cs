namespace Aragora.Fleet.Sandbox.Hosts;

/// <summary>The programs of the machine that live hosts are made of.</summary>
internal static class Prerequisites
{
    private static readonly string[] s_programs = ["bash", "curl", "flock", "git", "setsid"];
    private static readonly string[] s_directories = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    public static void Check()
    {
        var missing = s_programs
            .Where(program => !Array.Exists(s_directories, directory => File.Exists($"{directory}/{program}")))
            .ToList();
        if (missing.Count > 0)
        {
            throw new SandboxException(
                $"The sandbox's live hosts need {string.Join(", ", missing)}, which this machine does not have.",
                "Install the missing programs with the package manager of the system.");
        }
    }
}
