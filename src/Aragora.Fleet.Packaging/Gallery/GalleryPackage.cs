using NuGet.Packaging;
using NuGet.Versioning;

namespace Aragora.Fleet.Packaging.Gallery;

/// <summary>Lays the module out as PowerShell installs it, and packs that for the PowerShell Gallery.</summary>
internal static class GalleryPackage
{
    public const string Name = "Aragora.Fleet";

    // The folders and files of the checkout that make the module; the manifest is written.
    private static readonly string[] s_folders = ["bin", "en-US"];
    private static readonly string[] s_files = ["LICENSE", "THIRD-PARTY-NOTICES.txt", "CHANGELOG.md"];

    /// <summary>Gives the folder with the module: <c>Aragora.Fleet/version</c> below the output folder.</summary>
    public static string Build(string root, string output)
    {
        var manifest = ModuleManifest.Read(root);
        var folder = Path.Combine(output, Name, manifest.Version);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (var file in s_folders.SelectMany(name => FilesOf(root, name)).Concat(s_files))
        {
            var target = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(root, file), target);
        }

        File.Copy(Path.Combine(root, "docs", "icon.png"), Path.Combine(folder, "icon.png"));
        var notes = Changelog.NotesOf(manifest.Version, root);
        File.WriteAllText(Path.Combine(folder, ModuleManifest.FileName), manifest.WithNotes(notes));
        Pack(manifest, notes, folder, Path.Combine(output, $"{Name}.{manifest.Version}.nupkg"));
        return folder;
    }

    private static IEnumerable<string> FilesOf(string root, string folder)
    {
        var path = Path.Combine(root, folder);
        return Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(root, file))
            : throw new DirectoryNotFoundException($"There is no {path}: build the module first.");
    }

    private static void Pack(ModuleManifest manifest, string notes, string folder, string file)
    {
        var package = new PackageBuilder(deterministic: true)
        {
            Id = Name,
            Version = NuGetVersion.Parse(manifest.Version),
            Description = manifest.Description,
            Copyright = manifest.Copyright,
            ReleaseNotes = notes,
            LicenseUrl = manifest.License,
            ProjectUrl = manifest.Project,
            IconUrl = manifest.Icon,
        };
        package.Authors.Add(manifest.Author);
        package.Owners.Add(manifest.Owner);
        package.Tags.AddRange(Tags(manifest));
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories);
        foreach (var source in files.Order(StringComparer.Ordinal))
        {
            package.Files.Add(new PhysicalPackageFile
            {
                SourcePath = source, TargetPath = Path.GetRelativePath(folder, source),
            });
        }

        using var stream = File.Create(file);
        package.Save(stream);
    }

    // The words by which Find-Module and Find-PSResource look: what it is, for which edition, which commands.
    private static IEnumerable<string> Tags(ModuleManifest manifest) =>
    [
        .. manifest.Tags,
        "PSModule",
        "PSIncludes_Cmdlet",
        .. manifest.Cmdlets.Select(name => $"PSCmdlet_{name}"),
        .. manifest.Cmdlets.Select(name => $"PSCommand_{name}"),
    ];
}
