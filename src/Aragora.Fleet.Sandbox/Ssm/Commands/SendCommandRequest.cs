using System.Text.Json;
using System.Text.RegularExpressions;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>Checks SendCommand against the constraints of the service's model.</summary>
internal static partial class SendCommandRequest
{
    public const string Document = "AWS-RunShellScript";

    public static CommandOrder Parse(JsonElement arguments)
    {
        var document = arguments.RequiredText("DocumentName");
        Match("documentName", document, DocumentPattern());
        if (document != Document)
            throw new AwsException("InvalidDocument", $"Document with name {document} does not exist.");

        var (script, workingDirectory, executionTimeout) = DocumentParameters.Parse(arguments);
        return new CommandOrder
        {
            InstanceIds = InstanceIds(arguments),
            Targets = Targets(arguments),
            Parameters = arguments.Member("Parameters")!.Value,
            Script = script,
            WorkingDirectory = workingDirectory,
            ExecutionTimeout = executionTimeout,
            DeliveryTimeout = TimeSpan.FromSeconds(arguments.Number("TimeoutSeconds", 30, 2592000, absent: 3600)),
            Comment = Comment(arguments),
            MaxConcurrency = Portion(arguments, "MaxConcurrency", "50", ConcurrencyPattern()),
            MaxErrors = Portion(arguments, "MaxErrors", "0", ErrorsPattern()),
        };
    }

    private static IReadOnlyList<string> InstanceIds(JsonElement arguments)
    {
        var ids = arguments.Texts("InstanceIds");
        AtMost("instanceIds", ids.Count, 50);
        foreach (var id in ids)
            Match("instanceIds", id, InstanceIdPattern());
        if (ids.Distinct().Count() < ids.Count)
            throw new AwsException("DuplicateInstanceId", "You can't specify an instance ID in more than one place.");
        return ids;
    }

    private static JsonElement? Targets(JsonElement arguments)
    {
        var count = arguments.Items("Targets").Count;
        AtMost("targets", count, 5);
        foreach (var target in arguments.Items("Targets"))
            AtMost("targets.values", target.Texts("Values").Count, 50);
        var hasIds = arguments.Items("InstanceIds").Count > 0;
        if (hasIds == count > 0)
            throw new AwsException("ValidationException", "Specify either InstanceIds or Targets, and not both.");
        return arguments.Member("Targets");
    }

    private static string Comment(JsonElement arguments)
    {
        var comment = arguments.Text("Comment") ?? "";
        AtMost("comment", comment.Length, 100);
        return comment;
    }

    private static Portion Portion(JsonElement arguments, string name, string absent, Regex pattern)
    {
        var text = arguments.Text(name) ?? absent;
        Match(name, text, pattern);
        return new Portion(text);
    }

    private static void AtMost(string parameter, int length, int max)
    {
        if (length > max)
        {
            throw AwsException.Validation(
                parameter, "[...]", $"Member must have length less than or equal to {max}");
        }
    }

    private static void Match(string parameter, string value, Regex pattern)
    {
        if (!pattern.IsMatch(value))
        {
            throw AwsException.Validation(
                parameter, value, $"Member must satisfy regular expression pattern: {pattern}");
        }
    }

    [GeneratedRegex(@"^[a-zA-Z0-9_\-.:/]{3,128}$")]
    private static partial Regex DocumentPattern();

    [GeneratedRegex(@"(^i-(\w{8}|\w{17})$)|(^mi-\w{17}$)")]
    private static partial Regex InstanceIdPattern();

    [GeneratedRegex("^([1-9][0-9]{0,6}|[1-9][0-9]%|[1-9]%|100%)$")]
    private static partial Regex ConcurrencyPattern();

    [GeneratedRegex("^([1-9][0-9]{0,6}|[0]|[1-9][0-9]%|[0-9]%|100%)$")]
    private static partial Regex ErrorsPattern();
}
