using Aragora.Fleet.Sandbox.Instances;

namespace Aragora.Fleet.Sandbox.Ec2;

/// <summary>The filters of DescribeInstances.</summary>
internal static class InstanceFilters
{
    private const string TagPrefix = "tag:";

    public static IReadOnlyList<SimulatedInstance> Apply(
        IReadOnlyList<SimulatedInstance> instances, Dictionary<string, string> form) =>
        FormFilters.Apply(instances, form, Selector);

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
