namespace Aragora.Fleet.Tests.Hosting;

/// <summary>Where the checkout is, found from the test assembly upwards.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find();

    public static string Manifest => System.IO.Path.Combine(Path, "Aragora.Fleet.psd1");

    public static string ModuleBin => System.IO.Path.Combine(Path, "bin");

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder.FullName, "Aragora.Fleet.psd1")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside of a checkout.");
        }

        return folder.FullName;
    }
}
