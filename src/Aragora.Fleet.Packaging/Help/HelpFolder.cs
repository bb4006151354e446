namespace Aragora.Fleet.Packaging.Help;

/// <summary>Fills en-US beside the manifest, where Get-Help looks, from docs.</summary>
internal static class HelpFolder
{
    public const string HelpFile = "Aragora.Fleet.dll-Help.xml";
    public const string ErrorsTopic = "about_Aragora.Fleet_Errors";
    private const string AboutPrefix = "about_";

    /// <summary>The pages of cmdlets, by name.</summary>
    public static IEnumerable<string> CmdletPages(string root) => Pages(root)
        .Where(file => !Path.GetFileName(file).StartsWith(AboutPrefix, StringComparison.Ordinal));

    public static void Write(string root)
    {
        var target = Directory.CreateDirectory(Path.Combine(root, "en-US")).FullName;
        MamlWriter.Write(CmdletPages(root).Select(HelpPageReader.Read)).Save(Path.Combine(target, HelpFile));
        foreach (var page in Pages(root).Except(CmdletPages(root)))
        {
            WriteAbout(target, Path.GetFileNameWithoutExtension(page), page);
        }

        WriteAbout(target, ErrorsTopic, Path.Combine(root, "docs", "errors.md"));
    }

    private static void WriteAbout(string target, string topic, string page) => File.WriteAllText(
        Path.Combine(target, $"{topic}.help.txt"), AboutWriter.Write(topic, File.ReadAllText(page)));

    private static IEnumerable<string> Pages(string root) =>
        Directory.GetFiles(Path.Combine(root, "docs", "en-US"), "*.md").Order(StringComparer.Ordinal);
}
