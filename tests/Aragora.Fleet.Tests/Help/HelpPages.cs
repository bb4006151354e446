using System.Management.Automation;
using Aragora.Fleet.Packaging.Help;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Help;

/// <summary>The pages of docs/en-US, and the cmdlets that they are about.</summary>
internal static class HelpPages
{
    /// <summary>By cmdlet, which is also the file's name.</summary>
    public static IReadOnlyDictionary<string, HelpPage> All { get; } = HelpFolder.CmdletPages(RepositoryRoot.Path)
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file), HelpPageReader.Read, StringComparer.Ordinal);

    /// <summary>What the module exports.</summary>
    public static IReadOnlyDictionary<string, CmdletInfo> Cmdlets { get; } = Exported();

    public static TheoryData<string> Names => [.. Cmdlets.Keys.Order(StringComparer.Ordinal)];

    private static Dictionary<string, CmdletInfo> Exported()
    {
        using var engine = EngineHost.Open();

        // Their metadata is read here, where their session lives.
        return engine.Run(
                "Get-Command -Module Aragora.Fleet | ForEach-Object { $null = $_.Parameters, $_.ParameterSets; $_ }")
            .Values.Cast<CmdletInfo>().ToDictionary(cmdlet => cmdlet.Name, StringComparer.Ordinal);
    }
}
