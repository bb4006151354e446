namespace Aragora.Fleet;

/// <summary>A host that work is sent to.</summary>
/// <param name="InstanceId">The EC2 instance id.</param>
/// <param name="Name">The tag <c>Name</c>; the id where there is none.</param>
/// <param name="Environment">The tag <c>Environment</c>; empty where there is none.</param>
/// <param name="Region">The AWS region that holds the instance.</param>
public sealed record HostTarget(string InstanceId, string Name, string Environment, string Region) : IHostIdentity
{
    /// <summary>The target that an inventory row names.</summary>
    public static HostTarget From(Instance instance) =>
        new(instance.InstanceId, instance.Name, instance.Environment, instance.Region);

    /// <inheritdoc/>
    public override string ToString() => Name == InstanceId ? InstanceId : $"{Name} ({InstanceId})";
}
