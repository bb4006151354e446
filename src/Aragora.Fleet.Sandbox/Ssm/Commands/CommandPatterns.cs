using System.Text.RegularExpressions;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>The patterns that the service's model has for the parameters of Run Command.</summary>
internal static partial class CommandPatterns
{
    public static string Match(string parameter, string value, Regex pattern) => pattern.IsMatch(value)
        ? value
        : throw AwsException.Validation(
            parameter, value, $"Member must satisfy regular expression pattern: {pattern}");

    [GeneratedRegex(@"^[a-zA-Z0-9_\-.:/]{3,128}\z")]
    public static partial Regex Document();

    [GeneratedRegex(@"([$]LATEST|[$]DEFAULT|^[1-9][0-9]*\z)")]
    public static partial Regex DocumentVersion();

    [GeneratedRegex(@"(^i-(\w{8}|\w{17})\z)|(^mi-\w{17}\z)")]
    public static partial Regex InstanceId();

    [GeneratedRegex(@"^[\p{L}\p{Z}\p{N}_.:/=\-@]*\z|resource-groups:ResourceTypeFilters|resource-groups:Name")]
    public static partial Regex TargetKey();

    [GeneratedRegex(@"^([1-9][0-9]*|[1-9][0-9]%|[1-9]%|100%)\z")]
    public static partial Regex Concurrency();

    [GeneratedRegex(@"^([1-9][0-9]*|[0]|[1-9][0-9]%|[0-9]%|100%)\z")]
    public static partial Regex Errors();

    [GeneratedRegex(@"^[.\-_/#A-Za-z0-9]+\z")]
    public static partial Regex LogGroup();
}
