using System.Text.RegularExpressions;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Parameters;

/// <summary>The rules for names: PutParameter's "Naming Constraints", and the selectors of GetParameter.</summary>
internal sealed partial record ParameterName(string Name, string? Selector)
{
    private const int MaxLevels = 15;
    private const int MaxArnLength = 1011;

    /// <summary>The name of a parameter to be created or changed.</summary>
    public static string ForWrite(string text, string region)
    {
        var name = text.Trim(' ');
        Check(name);
        if (name.StartsWith("/aws/", StringComparison.OrdinalIgnoreCase))
            throw new AwsException("AccessDeniedException", $"No access to reserved parameter name: {name}.");
        if (Reserved().IsMatch(name))
            throw Invalid("Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).");
        if (name.Count(c => c == '/') > MaxLevels)
        {
            throw new AwsException(
                "HierarchyLevelLimitExceededException",
                $"A hierarchy can have a maximum of {MaxLevels} levels.");
        }

        if (Arn(name, region).Length > MaxArnLength)
            throw Invalid($"Parameter name: it and its ARN are longer than {MaxArnLength} characters.");
        return name;
    }

    /// <summary>A name, an ARN, or either with <c>:version</c> or <c>:label</c>.</summary>
    public static ParameterName ForRead(string text)
    {
        var name = text.Trim(' ');
        if (ArnPrefix().Match(name) is { Success: true } arn)
        {
            name = name[arn.Length..];
            // The ARN of /a/b ends in parameter/a/b, that of a in parameter/a.
            name = name.Contains('/') ? "/" + name : name;
        }

        var colon = name.IndexOf(':');
        var (bare, selector) = colon < 0 ? (name, null) : (name[..colon], name[(colon + 1)..]);
        Check(bare);
        return new ParameterName(bare, selector);
    }

    public static string Arn(string name, string region) =>
        $"arn:aws:ssm:{region}:{FleetModel.Account}:parameter/{name.TrimStart('/')}";

    private static void Check(string name)
    {
        if (name.Length is 0 or > 2048 || !Allowed().IsMatch(name) || name.EndsWith('/') || name.Contains("//"))
        {
            throw Invalid(
                "Parameter name: it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a "
                + "mix of letters, numbers and the following 3 symbols .-_");
        }

        if (name.LastIndexOf('/') > 0 && name[0] != '/')
            throw Invalid("Parameter name must be a fully qualified name.");
    }

    private static AwsException Invalid(string message) => new("ValidationException", message);

    [GeneratedRegex(@"^[a-zA-Z0-9_.\-/]+\z")]
    private static partial Regex Allowed();

    [GeneratedRegex("^/?(aws|ssm)", RegexOptions.IgnoreCase)]
    private static partial Regex Reserved();

    [GeneratedRegex("^arn:aws:ssm:[a-z0-9-]+:[0-9]{12}:parameter/")]
    private static partial Regex ArnPrefix();
}
