namespace Aragora.Fleet.Sandbox.Hosts;

/// <summary>The application's modules, which are the same in a checkout and in a package: they say how a release behaves.</summary>
internal static class AppModules
{
    /// <summary>The text of each module, by path.</summary>
    public static IEnumerable<(string Path, string Text)> Of(string version, string behaviour) =>
    [
        ("aragora/__init__.py", $"__version__ = \"{version}\"\n"),
        ("aragora/server/__init__.py", ""),
        ("aragora/server/unified_server.py", $"BEHAVIOUR = \"{behaviour}\"\n\n\nclass UnifiedServer:\n    pass\n"),
    ];
}
