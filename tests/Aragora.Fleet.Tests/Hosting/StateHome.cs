using System.Runtime.CompilerServices;

namespace Aragora.Fleet.Tests.Hosting;

/// <summary>The journals of runs go to a folder of the test process, and not to the home of whoever runs the tests.</summary>
internal static class StateHome
{
    public static string Folder { get; } = Path.Combine(Path.GetTempPath(), $"fleet-state-{Environment.ProcessId}");

    [ModuleInitializer]
    internal static void Redirect()
    {
        Environment.SetEnvironmentVariable("XDG_STATE_HOME", Folder);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            if (Directory.Exists(Folder))
            {
                Directory.Delete(Folder, recursive: true);
            }
        };
    }

    /// <summary>The lines of a run's journal.</summary>
    public static string[] Journal(string deployId) =>
        File.ReadAllLines(Path.Combine(Folder, "aragora-fleet", "deploys", $"{deployId}.jsonl"));
}
