using System.Formats.Tar;
using System.Text;
using Aragora.Fleet.Sandbox.Virtual;

namespace Aragora.Fleet.Sandbox.Hosts;

/// <summary>
/// The index of the application's distribution: a folder with the wheels of its versions, good and bad, of a dependency that
/// goes with each, and of one that an extra needs. A wheel is a tar archive, which pip-of-index unpacks.
/// </summary>
internal sealed class PackageIndex
{
    /// <summary>Where it is among the origins.</summary>
    public const string Place = "/index";

    private readonly string _folder;

    private PackageIndex(string folder) => _folder = folder;

    public static void Write(string folder)
    {
        var index = new PackageIndex(Directory.CreateDirectory(folder).FullName);
        index.Add("aragora-metrics", "1.0", "", []);
        foreach (var release in Release.Indexed)
        {
            index.Add("aragora-wire", release.Package, "", []);
            index.Add(
                "aragora", release.Package,
                $"Requires-Dist: aragora-wire=={release.Package}\nProvides-Extra: monitoring\n"
                + "Requires-Dist: aragora-metrics ; extra == \"monitoring\"\nProvides-Extra: postgres\n",
                [
                    .. AppModules.Of(release.Package, release.Behaviour),
                    ($"aragora-{release.Package}.dist-info/entry_points.txt", "[console_scripts]\naragora = aragora.cli:main\n"),
                ]);
        }
    }

    /// <summary>What the hosts ask pip for, at the version of a tag.</summary>
    public static string Requirement(string tag) => $"'aragora[monitoring,postgres]=={tag.TrimStart('v')}'";

    private void Add(string name, string version, string needs, IReadOnlyList<(string Path, string Text)> files)
    {
        var release = $"{name.Replace('-', '_')}-{version}";
        var metadata = $"{release}.dist-info/METADATA";
        var record = $"{release}.dist-info/RECORD";
        var all = files.Append((metadata, $"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}")).ToList();
        all.Add((record, string.Concat(all.Select(file => file.Item1).Append(record).Select(path => $"{path},,\n"))));
        using var wheel = new TarWriter(File.Create($"{_folder}/{release}-py3-none-any.whl"), TarEntryFormat.Ustar);
        foreach (var (path, text) in all)
        {
            wheel.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path)
            {
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
            });
        }
    }
}
