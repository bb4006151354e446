using System.Management.Automation.Runspaces;

namespace Aragora.Fleet.Shell;

/// <summary>A script's arguments as pwsh reads them: <c>-Name value</c>, <c>-Name:value</c>, <c>-Switch</c>.</summary>
internal static class ScriptArguments
{
    public static IEnumerable<CommandParameter> Parse(IEnumerable<string> arguments) => arguments.Select(Parse);

    private static CommandParameter Parse(string argument)
    {
        if (argument is not ['-', var first, ..] || !(char.IsLetter(first) || first is '_' or '?'))
        {
            return new CommandParameter(name: null, argument);
        }

        // A name that keeps its dash is a token of its own: the engine decides whether a value follows.
        return argument.IndexOf(':', StringComparison.Ordinal) is var colon and > 0
            ? new CommandParameter(argument[1..colon], ValueOf(argument[(colon + 1)..]))
            : new CommandParameter(argument);
    }

    private static object ValueOf(string text) => text.ToUpperInvariant() switch
    {
        "$TRUE" => true,
        "$FALSE" => false,
        _ => text,
    };
}
