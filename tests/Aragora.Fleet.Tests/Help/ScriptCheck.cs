using System.Management.Automation;
using System.Management.Automation.Language;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Help;

/// <summary>Looks at a script without running it: does it parse, are its commands and parameters real?</summary>
internal static class ScriptCheck
{
    // Of pwsh, and not of the engine alone: their parameters cannot be looked up here.
    private static readonly HashSet<string> s_pwsh = new(StringComparer.OrdinalIgnoreCase)
    {
        "Add-Content", "ConvertFrom-Json", "ConvertTo-Csv", "ConvertTo-Html", "ConvertTo-Json", "Export-Csv",
        "Format-List", "Format-Table", "Get-Content", "Get-Date", "Group-Object", "Join-Path", "Measure-Object",
        "New-TimeSpan",
        "Out-File", "Out-String", "Select-Object", "Set-Content", "Sort-Object", "Start-Sleep", "Test-Path",
        "Write-Error",
        "Write-Host", "Write-Output", "Write-Warning",
    };

    private static readonly HashSet<string> s_programs =
        new(StringComparer.OrdinalIgnoreCase) { "aws", "dotnet", "git", "pwsh" };

    private static readonly Dictionary<string, CommandInfo> s_known = Known();

    /// <summary>What is wrong with a script; empty where nothing is.</summary>
    public static IReadOnlyList<string> Errors(string script)
    {
        var tree = Parser.ParseInput(script, out _, out var errors);
        var own = tree.FindAll(node => node is FunctionDefinitionAst, searchNestedScriptBlocks: true)
            .Cast<FunctionDefinitionAst>().Select(function => function.Name)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. errors.Select(error => error.Message),
            .. Commands(tree).SelectMany(command => Errors(command, own)),
        ];
    }

    /// <summary>Whether the engine alone has all the commands.</summary>
    public static bool IsCore(string script) => Commands(Parser.ParseInput(script, out _, out _))
        .All(command => command.GetCommandName() is not { } name || s_known.ContainsKey(name));

    /// <summary>Whether it connects to AWS itself, which needs an account.</summary>
    public static bool NeedsAccount(string script) => Commands(Parser.ParseInput(script, out _, out _))
        .Any(command => command.GetCommandName() == "Connect-AragoraFleet"
            && !command.CommandElements.OfType<CommandParameterAst>()
                .Any(p => p.ParameterName is "Sandbox" or "EndpointUrl"));

    private static IEnumerable<CommandAst> Commands(ScriptBlockAst tree) =>
        tree.FindAll(node => node is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>();

    private static IEnumerable<string> Errors(CommandAst command, HashSet<string> own)
    {
        if (command.GetCommandName() is not { } name
            || s_pwsh.Contains(name) || s_programs.Contains(name) || own.Contains(name))
        {
            return [];
        }

        return s_known.TryGetValue(name, out var info)
            ? command.CommandElements.OfType<CommandParameterAst>()
                .Where(parameter => !HasParameter(info, parameter.ParameterName))
                .Select(parameter => $"{name} has no parameter -{parameter.ParameterName}.")
            : [$"There is no command {name}."];
    }

    // As the binder does it: a whole name or alias, or the beginning of one name only.
    private static bool HasParameter(CommandInfo command, string name) =>
        command.Parameters.Values.Any(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
            || p.Aliases.Contains(name, StringComparer.OrdinalIgnoreCase))
        || command.Parameters.Keys.Count(key => key.StartsWith(name, StringComparison.OrdinalIgnoreCase)) == 1;

    private static Dictionary<string, CommandInfo> Known()
    {
        using var engine = EngineHost.Open();
        return engine.Run("Get-Command -CommandType Cmdlet, Function | ForEach-Object { $null = $_.Parameters; $_ }")
            .Values.Cast<CommandInfo>().Where(command => command.Name != "Stop-Upstream")
            .DistinctBy(command => command.Name)
            .ToDictionary(command => command.Name, StringComparer.OrdinalIgnoreCase);
    }
}
