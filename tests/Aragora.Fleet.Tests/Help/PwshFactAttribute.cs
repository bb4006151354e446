namespace Aragora.Fleet.Tests.Help;

/// <summary>A test that needs pwsh; skipped, with what that leaves undone, where it is not on the machine.</summary>
public sealed class PwshFactAttribute : FactAttribute
{
    public PwshFactAttribute(string undone) =>
        Skip = Pwsh.Path is null ? $"pwsh is not on this machine: {undone}" : null;
}

/// <summary>The pwsh of this machine.</summary>
internal static class Pwsh
{
    /// <summary>Where it is; null where there is none.</summary>
    public static string? Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(System.IO.Path.PathSeparator)
        .SelectMany(folder => (string[])
            [System.IO.Path.Combine(folder, "pwsh"), System.IO.Path.Combine(folder, "pwsh.exe")])
        .FirstOrDefault(File.Exists);
}
