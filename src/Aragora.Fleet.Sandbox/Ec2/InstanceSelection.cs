using System.Text.RegularExpressions;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ec2;

/// <summary>The instances that a request names by id, and how many of them it wants at a time.</summary>
internal static partial class InstanceSelection
{
    private const int DefaultPage = 1000;

    /// <summary>All of them when none is named; one bad id fails the whole call.</summary>
    public static IReadOnlyList<SimulatedInstance> Select(IReadOnlyList<SimulatedInstance> known, string[] ids)
    {
        if (ids.Length == 0)
            return known;
        if (Array.Find(ids, id => !InstanceId().IsMatch(id)) is { } malformed)
            throw new AwsException("InvalidInstanceID.Malformed", $"Invalid id: \"{malformed}\"");
        var wanted = ids.ToHashSet();
        var found = known.Where(instance => wanted.Contains(instance.Id)).ToList();
        wanted.ExceptWith(found.Select(instance => instance.Id));
        return wanted.Count switch
        {
            0 => found,
            1 => throw new AwsException(
                "InvalidInstanceID.NotFound", $"The instance ID '{wanted.Single()}' does not exist"),
            _ => throw new AwsException(
                "InvalidInstanceID.NotFound", $"The instance IDs '{string.Join(", ", wanted)}' do not exist"),
        };
    }

    public static int MaxResults(Dictionary<string, string> form, bool hasIds)
    {
        if (!form.TryGetValue("MaxResults", out var text))
            return DefaultPage;
        if (hasIds)
        {
            throw new AwsException(
                "InvalidParameterCombination",
                "The parameter instancesSet cannot be used with the parameter maxResults");
        }

        if (!int.TryParse(text, out var value) || value is < 5 or > 1000)
        {
            throw new AwsException(
                "InvalidParameterValue", $"Value ( {text} ) for parameter maxResults is invalid. Expecting a value "
                + "between 5 and 1000.");
        }

        return value;
    }

    [GeneratedRegex(@"^i-([0-9a-f]{8}|[0-9a-f]{17})\z")]
    private static partial Regex InstanceId();
}
