using System.Diagnostics.CodeAnalysis;

namespace Aragora.Fleet.Shell;

/// <summary>The command line.</summary>
internal sealed record ShellOptions
{
    public const string Usage = """
        Usage: Aragora.Fleet.Shell [-Module PATH] [-NonInteractive] -Command TEXT
               Aragora.Fleet.Shell [-Module PATH] [-NonInteractive] -File SCRIPT [ARGUMENTS]

        Runs PowerShell with the module Aragora.Fleet loaded, where pwsh is not installed.
        -Module          the manifest to import; without it the nearest Aragora.Fleet.psd1 upwards
        -NonInteractive  asks nothing; so does a redirected standard input
        """;

    /// <summary>Text to run; null where a file is.</summary>
    public string? Command { get; private init; }

    /// <summary>The script to run; null where text is.</summary>
    public string? File { get; private init; }

    /// <summary>What the script is given.</summary>
    public IReadOnlyList<string> Arguments { get; private init; } = [];

    /// <summary>The manifest; null for the nearest.</summary>
    public string? ModulePath { get; private init; }

    /// <summary>Whether questions may be asked.</summary>
    public bool IsInteractive { get; private init; } = !Console.IsInputRedirected;

    public static bool TryParse(
        ReadOnlySpan<string> args,
        [NotNullWhen(true)] out ShellOptions? options,
        [NotNullWhen(false)] out string? mistake)
    {
        var read = new ShellOptions();
        options = null;
        mistake = null;
        while (args is [var name, .. var rest])
        {
            switch (name.ToUpperInvariant())
            {
                case "-NONINTERACTIVE":
                    read = read with { IsInteractive = false };
                    args = rest;
                    break;
                case "-MODULE" when rest is [var path, .. var others]:
                    read = read with { ModulePath = Path.GetFullPath(path) };
                    args = others;
                    break;
                case "-COMMAND" or "-C" when rest is not []:
                    options = read with { Command = string.Join(' ', rest) };
                    return true;
                case "-FILE" or "-F" when rest is [var script, .. var arguments]:
                    options = read with { File = Path.GetFullPath(script), Arguments = [.. arguments] };
                    mistake = System.IO.File.Exists(script) ? null : $"There is no script file '{script}'.";
                    return mistake is null;
                default:
                    mistake = name is ['-', ..] && rest is []
                        ? $"'{name}' is unknown, or its value is missing."
                        : $"'{name}' is unknown.";
                    return false;
            }
        }

        mistake = "There is neither -Command nor -File.";
        return false;
    }
}
