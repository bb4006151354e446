namespace Aragora.Fleet.Shell;

/// <summary>Finds the module's manifest.</summary>
internal static class ModuleLocator
{
    public const string ManifestName = "Aragora.Fleet.psd1";

    /// <summary>The nearest manifest in a folder or above it; null where there is none.</summary>
    public static string? Find(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            var manifest = Path.Combine(at.FullName, ManifestName);
            if (File.Exists(manifest))
            {
                return manifest;
            }
        }

        return null;
    }
}
