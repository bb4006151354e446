namespace Aragora.Fleet.Packaging.Gallery;

/// <summary>The release notes, from CHANGELOG.md.</summary>
internal static class Changelog
{
    /// <summary>The text of one version's section, without its heading.</summary>
    public static string NotesOf(string version, string root)
    {
        var section = File.ReadLines(Path.Combine(root, "CHANGELOG.md"))
            .SkipWhile(line => line != $"## {version}" && !line.StartsWith($"## {version} ", StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));
        return string.Join('\n', section).Trim() is { Length: > 0 } notes
            ? notes
            : throw new InvalidDataException($"CHANGELOG.md says nothing of version {version}.");
    }
}
