using System.Text.Json;
using System.Text.RegularExpressions;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>Checks SendCommand against the constraints of the service's model.</summary>
internal static class SendCommandRequest
{
    public const string Document = "AWS-RunShellScript";
    public const int MaxInstances = 50;

    private const string DefaultVersion = "$DEFAULT";
    private const int MaxTargets = 5;
    private const int MaxTagValues = 5;

    public static CommandOrder Parse(JsonElement arguments)
    {
        var document = CommandPatterns.Match(
            "DocumentName", arguments.RequiredText("DocumentName"), CommandPatterns.Document());
        arguments.CheckLength("Comment", 0, 100);
        var deliveryTimeout = arguments.Number("TimeoutSeconds", 30, 2592000, absent: 3600);
        var concurrency = Portion(arguments, "MaxConcurrency", "50", CommandPatterns.Concurrency());
        var errors = Portion(arguments, "MaxErrors", "0", CommandPatterns.Errors());
        var ids = InstanceIds(arguments);
        var targets = Targets(arguments, ids.Count > 0);
        CommandOutputs.Check(arguments);

        if (document != Document)
            throw new AwsException("InvalidDocument", $"Document with name {document} does not exist.");
        var version = DocumentVersion(arguments);
        var (commands, workingDirectory, executionTimeout) = DocumentParameters.Parse(arguments);
        return new CommandOrder
        {
            InstanceIds = ids,
            Targets = targets.Count > 0 ? arguments.Member("Targets") : null,
            NamesInstancesAsTargets = targets.Any(target => CommandTargets.IsInstances(target.RequiredText("Key"))),
            Parameters = arguments.Member("Parameters")!.Value,
            DocumentVersion = version,
            Commands = commands,
            WorkingDirectory = workingDirectory,
            ExecutionTimeout = executionTimeout,
            DeliveryTimeout = TimeSpan.FromSeconds(deliveryTimeout),
            Comment = arguments.Text("Comment") ?? "",
            MaxConcurrency = concurrency,
            MaxErrors = errors,
        };
    }

    /// <summary>The ids of a request, at most 50 and none of them twice.</summary>
    public static IReadOnlyList<string> InstanceIds(JsonElement arguments)
    {
        arguments.CheckCount("InstanceIds", 0, MaxInstances);
        var ids = arguments.Texts("InstanceIds");
        foreach (var id in ids)
            CommandPatterns.Match("InstanceIds", id, CommandPatterns.InstanceId());
        if (ids.Distinct().Count() < ids.Count)
            throw new AwsException("DuplicateInstanceId", "You can't specify an instance ID in more than one place.");
        return ids;
    }

    private static IReadOnlyList<JsonElement> Targets(JsonElement arguments, bool hasIds)
    {
        arguments.CheckCount("Targets", 0, MaxTargets);
        var targets = arguments.Items("Targets");
        foreach (var target in targets)
        {
            target.CheckLength("Key", 1, 163);
            var key = CommandPatterns.Match("Targets.Key", target.RequiredText("Key"), CommandPatterns.TargetKey());
            // The model allows 50 values; the user guide (send-commands-multiple) five for each tag.
            target.CheckCount("Values", 0, CommandTargets.IsInstances(key) ? MaxInstances : MaxTagValues);
        }

        if (hasIds == targets.Count > 0)
            throw new AwsException("ValidationException", "Specify either InstanceIds or Targets, and not both.");
        return targets;
    }

    private static string DocumentVersion(JsonElement arguments)
    {
        var version = CommandPatterns.Match(
            "DocumentVersion", arguments.Text("DocumentVersion") ?? DefaultVersion, CommandPatterns.DocumentVersion());
        return version is DefaultVersion or "$LATEST" or "1"
            ? version
            : throw new AwsException("InvalidDocumentVersion", $"{Document} has no version {version}.");
    }

    private static Portion Portion(JsonElement arguments, string name, string absent, Regex pattern)
    {
        arguments.CheckLength(name, 1, 7);
        return new Portion(CommandPatterns.Match(name, arguments.Text(name) ?? absent, pattern));
    }
}
