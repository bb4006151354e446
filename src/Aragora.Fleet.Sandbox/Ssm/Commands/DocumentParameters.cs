using System.Text.Json;
using System.Text.RegularExpressions;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>The parameters of the document AWS-RunShellScript.</summary>
internal static partial class DocumentParameters
{
    private const string DefaultTimeout = "3600";

    public static (IReadOnlyList<string> Commands, string WorkingDirectory, TimeSpan ExecutionTimeout) Parse(
        JsonElement arguments)
    {
        var parameters = arguments.Member("Parameters") ?? throw Invalid("The parameter commands is required.");
        foreach (var parameter in parameters.EnumerateObject())
        {
            if (parameter.Name is not ("commands" or "workingDirectory" or "executionTimeout"))
                throw Invalid($"Parameter {parameter.Name} is not defined in the document.");
        }

        var commands = parameters.Texts("commands");
        if (commands.Count == 0)
            throw Invalid("The parameter commands is required.");
        var workingDirectory = Single(parameters, "workingDirectory") ?? "";
        if (workingDirectory.Length > 4096)
            throw Invalid("workingDirectory is longer than 4096 characters.");
        var timeout = Single(parameters, "executionTimeout") ?? DefaultTimeout;
        if (!TimeoutPattern().IsMatch(timeout))
            throw Invalid($"The value {timeout} of executionTimeout does not match its pattern.");
        return (commands, workingDirectory, AsTheAgentReads(int.Parse(timeout)));
    }

    /// <summary>Below 5 seconds the agent takes its default, and says nothing.</summary>
    private static TimeSpan AsTheAgentReads(int seconds) =>
        TimeSpan.FromSeconds(seconds < 5 ? int.Parse(DefaultTimeout) : seconds);

    private static string? Single(JsonElement parameters, string name) => parameters.Texts(name) switch
    {
        [] => null,
        [var value] => value,
        _ => throw Invalid($"Parameter {name} takes one value."),
    };

    private static AwsException Invalid(string message) => new("InvalidParameters", message);

    [GeneratedRegex("^([1-9][0-9]{0,4}|1[0-6][0-9]{4}|17[0-1][0-9]{3}|172[0-7][0-9]{2}|172800)$")]
    private static partial Regex TimeoutPattern();
}
