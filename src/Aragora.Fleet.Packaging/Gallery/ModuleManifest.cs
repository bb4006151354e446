using System.Collections;
using System.Management.Automation.Language;

namespace Aragora.Fleet.Packaging.Gallery;

/// <summary>What the package takes from the manifest, which is the one source of all of it.</summary>
internal sealed class ModuleManifest
{
    public const string FileName = "Aragora.Fleet.psd1";

    // The line of the checkout that the notes of the changelog replace in the package.
    private const string NotesLine = "ReleaseNotes = 'See CHANGELOG.md.'";

    private readonly Hashtable _values;
    private readonly Hashtable _gallery;
    private readonly string _text;

    private ModuleManifest(string text)
    {
        _text = text;
        var script = Parser.ParseInput(text, out _, out var errors);
        var table = script.Find(node => node is HashtableAst, searchNestedScriptBlocks: false);
        _values = errors.Length == 0 && table is HashtableAst hashtable
            ? (Hashtable)hashtable.SafeGetValue()
            : throw new InvalidDataException($"{FileName} cannot be read.");
        _gallery = (Hashtable)((Hashtable)_values["PrivateData"]!)["PSData"]!;
    }

    public string Version => (string)_values["ModuleVersion"]!;

    public string Author => (string)_values["Author"]!;

    public string Owner => (string)_values["CompanyName"]!;

    public string Copyright => (string)_values["Copyright"]!;

    public string Description => (string)_values["Description"]!;

    public IReadOnlyList<string> Cmdlets => Texts(_values["CmdletsToExport"]!);

    public IReadOnlyList<string> Tags => Texts(_gallery["Tags"]!);

    public Uri License => new((string)_gallery["LicenseUri"]!);

    public Uri Project => new((string)_gallery["ProjectUri"]!);

    public Uri Icon => new((string)_gallery["IconUri"]!);

    public static ModuleManifest Read(string root) => new(File.ReadAllText(Path.Combine(root, FileName)));

    /// <summary>The manifest as the package holds it.</summary>
    public string WithNotes(string notes) => _text.Contains(NotesLine, StringComparison.Ordinal)
        ? _text.Replace(
            NotesLine,
            $"ReleaseNotes = '{notes.Replace("'", "''", StringComparison.Ordinal)}'",
            StringComparison.Ordinal)
        : throw new InvalidDataException($"{FileName} no longer holds the line {NotesLine}.");

    private static List<string> Texts(object values) =>
        [.. ((IEnumerable)values).Cast<object>().Select(value => $"{value}")];
}
