using System.Management.Automation;
using System.Xml.Linq;
using Aragora.Fleet.Packaging.Gallery;
using Aragora.Fleet.Tests.Help;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Package;

/// <summary>What the PowerShell Gallery and those who install from it need.</summary>
public sealed class PackageTests(BuiltPackage package) : IClassFixture<BuiltPackage>
{
    private const int LargestSize = 15 * 1024 * 1024;

    [Fact]
    public void It_holds_the_module_and_nothing_else()
    {
        Assert.Equal(
            [
                "Aragora.Fleet.psd1", "CHANGELOG.md", "LICENSE", "THIRD-PARTY-NOTICES.txt",
                "bin/Aragora.Fleet.Core.dll", "bin/Aragora.Fleet.Format.ps1xml", "bin/Aragora.Fleet.Types.ps1xml",
                "bin/Aragora.Fleet.dll", "bin/dependencies/Aragora.Fleet.Aws.dll",
                "bin/sandbox/Aragora.Fleet.Sandbox.dll", "bin/sandbox/Aragora.Fleet.Sandbox.runtimeconfig.json",
                "en-US/Aragora.Fleet.dll-Help.xml",
                "en-US/about_Aragora.Fleet.help.txt", "en-US/about_Aragora.Fleet_Errors.help.txt", "icon.png",
            ],
            package.Files.Where(file => !IsLibrary(file)));
        Assert.Contains("bin/dependencies/AWSSDK.Core.dll", package.Files);
    }

    [Fact]
    public void Every_library_of_others_is_named_in_the_notices()
    {
        var notices = File.ReadAllText(Path.Combine(package.Folder, "THIRD-PARTY-NOTICES.txt"));

        Assert.All(package.Files.Where(IsLibrary), file => Assert.Contains(
            file.Contains("AWSSDK.", StringComparison.Ordinal) ? "bin/dependencies/AWSSDK.*.dll" : file,
            notices,
            StringComparison.Ordinal));
    }

    [Fact]
    public void It_holds_no_engine_and_one_assembly_of_each_name()
    {
        var assemblies = package.Files.Where(file => file.EndsWith(".dll", StringComparison.Ordinal))
            .Select(Path.GetFileName).ToList();

        Assert.DoesNotContain("System.Management.Automation.dll", assemblies);
        Assert.Equal(assemblies.Distinct(), assemblies);
    }

    [Fact]
    public void It_is_small() => Assert.InRange(new FileInfo(package.File).Length, 1, LargestSize);

    [Fact]
    public void The_archive_holds_the_same_files()
    {
        using var archive = package.Open();

        Assert.Equal(
            package.Files,
            archive.Entries.Select(entry => Uri.UnescapeDataString(entry.FullName))
                .Where(name => name is not ("[Content_Types].xml" or "Aragora.Fleet.nuspec")
                    && !name.StartsWith("_rels/", StringComparison.Ordinal)
                    && !name.StartsWith("package/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_gallery_finds_it_by_module_edition_and_command()
    {
        var nuspec = Nuspec();

        Assert.Equal("Aragora.Fleet", nuspec["id"]);
        Assert.Equal(Path.GetFileName(package.Folder), nuspec["version"]);
        Assert.Equal("Aragora", nuspec["authors"]);
        Assert.StartsWith("https://", nuspec["licenseUrl"], StringComparison.Ordinal);
        Assert.StartsWith("https://", nuspec["projectUrl"], StringComparison.Ordinal);
        Assert.StartsWith("https://", nuspec["iconUrl"], StringComparison.Ordinal);
        Assert.NotEmpty(nuspec["description"]);
        var tags = nuspec["tags"].Split(' ');
        Assert.Equal(tags.Distinct(StringComparer.OrdinalIgnoreCase), tags);
        Assert.All(
            HelpPages.Cmdlets.Keys.Select(name => $"PSCmdlet_{name}")
                .Concat(["PSModule", "PSIncludes_Cmdlet", "PSEdition_Core"]),
            tag => Assert.Contains(tag, tags));
    }

    [Fact]
    public void The_manifest_is_whole_and_tells_the_release_notes()
    {
        using var engine = EngineHost.Open();
        var module = (PSModuleInfo)engine
            .Run($"Test-ModuleManifest '{package.Manifest}' -ErrorAction Stop").Values.Single();

        Assert.Equal(Path.GetFileName(package.Folder), $"{module.Version}");
        var notes = Changelog.NotesOf($"{module.Version}", RepositoryRoot.Path);
        Assert.Equal(notes, module.ReleaseNotes.ReplaceLineEndings("\n"));
        Assert.Equal(notes, Nuspec()["releaseNotes"].ReplaceLineEndings("\n"));
        Assert.Equal(HelpPages.Cmdlets.Keys.Order(), module.ExportedCmdlets.Keys.Order());
        Assert.NotNull(module.LicenseUri);
        Assert.NotNull(module.ProjectUri);
        Assert.NotNull(module.IconUri);
        Assert.Contains("PSEdition_Core", module.Tags);
        Assert.Equal(["Core"], module.CompatiblePSEditions);
        Assert.Equal(new Version(7, 4), module.PowerShellVersion);
    }

    [Fact]
    public async Task A_fresh_shell_uses_the_package_and_nothing_of_the_checkout()
    {
        var result = await package.RunAsync(
            "-Command",
            """
            $null = Connect-AragoraFleet -Sandbox -HostCount 1
            Test-AragoraHealth -Quiet
            Disconnect-AragoraFleet
            [AppDomain]::CurrentDomain.GetAssemblies() |
                Where-Object { -not $_.IsDynamic -and $_.FullName -match '^(Aragora.Fleet|AWSSDK)' } |
                ForEach-Object { $_.Location }
            """);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("True", lines[0]);
        var foreign = lines.Skip(1).Where(path => !path.StartsWith(package.Folder, StringComparison.Ordinal));
        Assert.Equal([Shell.ShellProcess.Path], foreign);
        Assert.Contains(lines, line => line.EndsWith("AWSSDK.Core.dll", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.EndsWith("Aragora.Fleet.Sandbox.dll", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Its_help_is_found()
    {
        var result = await package.RunAsync(
            "-Command", "Get-Help Get-AragoraInstance -Examples; Get-Help about_Aragora.Fleet_Errors");

        Assert.Contains("Example 1: List the fleet", result.Output, StringComparison.Ordinal);
        Assert.Contains("NoRollbackPoint", result.Output, StringComparison.Ordinal);
    }

    private Dictionary<string, string> Nuspec()
    {
        using var archive = package.Open();
        using var stream = archive.GetEntry("Aragora.Fleet.nuspec")!.Open();
        return XDocument.Load(stream).Root!.Elements().Single().Elements()
            .ToDictionary(element => element.Name.LocalName, element => element.Value, StringComparer.Ordinal);
    }

    private static bool IsLibrary(string file) => file.StartsWith("bin/dependencies/", StringComparison.Ordinal)
        && !file.Contains("Aragora", StringComparison.Ordinal);
}
