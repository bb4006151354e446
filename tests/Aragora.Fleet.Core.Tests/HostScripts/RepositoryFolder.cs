using System.Runtime.CompilerServices;

namespace Aragora.Fleet.HostScripts;

/// <summary>Where the sources are, for tests that read them.</summary>
internal static class RepositoryFolder
{
    public static string HostScripts => Path.Combine(Root(), "src", "Aragora.Fleet.Core", "HostScripts");

    public static string StandIns =>
        Path.Combine(Root(), "tests", "Aragora.Fleet.Core.Tests", "HostScripts", "StandIns");

    private static string Root([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));
}
