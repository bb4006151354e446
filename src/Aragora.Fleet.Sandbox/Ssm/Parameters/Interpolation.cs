using System.Text.RegularExpressions;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Parameters;

/// <summary>
/// What the agent makes of <c>{{ssm:name}}</c> in a command, on the host and at the time of the run
/// (amazon-ssm-agent, agent/parameterstore/parameterstore.go). Any other pair of braces it leaves alone.
/// </summary>
internal static partial class Interpolation
{
    /// <summary>False when a name is not there, or names a SecureString: then the command does not run.</summary>
    public static bool TryResolve(
        this ParameterStore store, IReadOnlyList<string> commands, out IReadOnlyList<string> resolved)
    {
        var lines = new List<string>();
        resolved = lines;
        foreach (var command in commands)
        {
            // A list that is a whole element becomes as many elements.
            if (Reference().Match(command.Trim()) is { Success: true } reference
                && reference.Length == command.Trim().Length
                && Find(store, reference) is { Type: ParameterType.List } list)
            {
                lines.AddRange(list.Value.Split(','));
            }
            else if (TryReplace(store, command, allowLists: true, out var text))
            {
                lines.Add(text);
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The same for a single value, in which a list has no place.</summary>
    public static bool TryResolve(this ParameterStore store, string value, out string resolved) =>
        TryReplace(store, value, allowLists: false, out resolved);

    private static bool TryReplace(ParameterStore store, string text, bool allowLists, out string replaced)
    {
        var isComplete = true;
        replaced = Reference().Replace(text, reference =>
        {
            var parameter = Find(store, reference);
            isComplete &= parameter?.Type == ParameterType.Text
                || (allowLists && parameter?.Type == ParameterType.List);
            return parameter?.Value ?? "";
        });
        return isComplete;
    }

    private static Parameter? Find(ParameterStore store, Match reference)
    {
        try
        {
            return store.Find(ParameterName.ForRead(reference.Groups[1].Value));
        }
        catch (AwsException)
        {
            // GetParameters refuses the name, or lists it as invalid: to the agent it is all the same.
            return null;
        }
    }

    [GeneratedRegex(@"\{\{ *ssm:([/\w.:-]+) *\}\}")]
    private static partial Regex Reference();
}
