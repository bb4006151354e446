using System.IO.Compression;
using Aragora.Fleet.Packaging.Gallery;
using Aragora.Fleet.Tests.Hosting;
using Aragora.Fleet.Tests.Shell;

namespace Aragora.Fleet.Tests.Package;

/// <summary>
/// The package: the one in the folder that <c>ARAGORA_FLEET_OUT</c> names, or one that is built here from
/// what the checkout has built.
/// </summary>
public sealed class BuiltPackage : IDisposable
{
    private readonly DirectoryInfo? _temporary;

    public BuiltPackage()
    {
        var output = Environment.GetEnvironmentVariable("ARAGORA_FLEET_OUT");
        if (string.IsNullOrEmpty(output))
        {
            _temporary = Directory.CreateTempSubdirectory("aragora-package-");
            output = _temporary.FullName;
            GalleryPackage.Build(RepositoryRoot.Path, output);
        }

        File = Directory.GetFiles(output, "*.nupkg").Single();
        Folder = Directory.GetDirectories(Path.Combine(output, GalleryPackage.Name)).Single();
    }

    /// <summary>The .nupkg.</summary>
    public string File { get; }

    /// <summary>The module as it is installed: <c>Aragora.Fleet/version</c>.</summary>
    public string Folder { get; }

    public string Manifest => Path.Combine(Folder, "Aragora.Fleet.psd1");

    /// <summary>The files of the module by their paths in it, with slashes.</summary>
    public IReadOnlyList<string> Files =>
    [
        .. Directory.GetFiles(Folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];

    public ZipArchive Open() => ZipFile.OpenRead(File);

    /// <summary>Runs the shell with the package's module and nothing of the checkout.</summary>
    internal Task<ShellResult> RunAsync(params string[] arguments) =>
        ShellProcess.RunAsync(["-Module", Manifest, "-NonInteractive", .. arguments]);

    public void Dispose() => _temporary?.Delete(recursive: true);
}
