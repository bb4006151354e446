using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ec2;

/// <summary>The filters of DescribeInstances: all of them must match, by any of their values.</summary>
internal static class InstanceFilters
{
    private const string TagPrefix = "tag:";
    private const int MaxFilters = 50;
    private const int MaxValues = 200;

    public static IReadOnlyList<SimulatedInstance> Apply(
        IReadOnlyList<SimulatedInstance> instances, Dictionary<string, string> form)
    {
        var filters = Parse(form).ToList();
        return [.. instances.Where(instance => filters.TrueForAll(filter => Matches(instance, filter)))];
    }

    private static IEnumerable<(string Name, string[] Patterns)> Parse(Dictionary<string, string> form)
    {
        for (var i = 1; form.TryGetValue($"Filter.{i}.Name", out var name); i++)
        {
            if (Selector(name) is null)
                throw new AwsException("InvalidParameterValue", $"The filter '{name}' is invalid");
            var patterns = IndexedList.Parse(form, $"Filter.{i}.Value");
            if (i > MaxFilters || patterns.Length > MaxValues)
            {
                throw new AwsException(
                    "FilterLimitExceeded", $"A request takes {MaxFilters} filters of {MaxValues} values each.");
            }

            yield return (name, patterns);
        }
    }

    private static bool Matches(SimulatedInstance instance, (string Name, string[] Patterns) filter) =>
        Selector(filter.Name)!(instance).Any(
            value => filter.Patterns.Any(pattern => Wildcard.Matches(pattern, value)));

    private static Func<SimulatedInstance, IEnumerable<string>>? Selector(string name) => name switch
    {
        "instance-id" => instance => [instance.Id],
        "instance-state-name" => instance => [instance.State],
        "private-ip-address" => instance => instance.IsTerminated ? [] : [instance.PrivateIp],
        "image-id" => instance => [instance.Layout.ImageId],
        "availability-zone" => instance => [instance.Zone],
        "tag-key" => instance => instance.Tags.Keys,
        _ when name.StartsWith(TagPrefix, StringComparison.Ordinal) => instance =>
            instance.Tags.TryGetValue(name[TagPrefix.Length..], out var value) ? [value] : [],
        _ => null,
    };
}
