namespace Aragora.Fleet.HostScripts;

/// <summary>Where the sources are, for tests that read them: found from the test assembly upwards.</summary>
internal static class RepositoryFolder
{
    private static readonly string s_root = Find();

    public static string HostScripts => Path.Combine(s_root, "src", "Aragora.Fleet.Core", "HostScripts");

    public static string StandIns =>
        Path.Combine(s_root, "tests", "Aragora.Fleet.Core.Tests", "HostScripts", "StandIns");

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Aragora.Fleet.psd1")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside of a checkout.");
        }

        return folder.FullName;
    }
}
