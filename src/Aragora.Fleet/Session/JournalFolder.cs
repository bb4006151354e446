namespace Aragora.Fleet.PowerShell.Session;

/// <summary>Where the journals of this user's runs are kept.</summary>
internal static class JournalFolder
{
    public static string Path => System.IO.Path.Combine(StateHome(), "aragora-fleet", "deploys");

    /// <summary>The journal of a run; null where it ran on another machine, or for another user.</summary>
    public static string? Find(string deployId)
    {
        var file = System.IO.Path.Combine(Path, $"{deployId}.jsonl");
        return File.Exists(file) ? file : null;
    }

    // By the XDG base directories, which say themselves that a relative path in the variable is to be ignored.
    private static string StateHome()
    {
        if (OperatingSystem.IsWindows())
        {
            return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        }

        var given = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        return System.IO.Path.IsPathRooted(given)
            ? given!
            : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
    }
}
