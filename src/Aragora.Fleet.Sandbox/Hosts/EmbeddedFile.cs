namespace Aragora.Fleet.Sandbox.Hosts;

/// <summary>The scripts inside the assembly.</summary>
internal static class EmbeddedFile
{
    public const string StandIns = "standins/";

    public static string Read(string name)
    {
        using var stream = typeof(EmbeddedFile).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly holds no {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    public static IEnumerable<string> NamesUnder(string folder) => typeof(EmbeddedFile).Assembly
        .GetManifestResourceNames()
        .Where(name => name.StartsWith(folder, StringComparison.Ordinal));
}
