using System.Text.Json;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>Finds the instances that a command is for.</summary>
internal static class CommandTargets
{
    private const string Instances = "InstanceIds";
    private const string ResourceGroups = "resource-groups:";
    private const string TagPrefix = "tag:";

    /// <summary>The guide writes this key in small letters too.</summary>
    public static bool IsInstances(string key) => key.Equals(Instances, StringComparison.OrdinalIgnoreCase);

    /// <summary>One id that Systems Manager does not accept rejects the whole call.</summary>
    public static IReadOnlyList<SimulatedInstance> Resolve(
        CommandOrder order, IReadOnlyList<SimulatedInstance> managed)
    {
        var valid = managed.Where(IsValid).ToList();
        if (order.Targets is not { } targets)
            return ByIds(order.InstanceIds, valid);
        IEnumerable<SimulatedInstance> selected = valid;
        foreach (var target in targets.EnumerateArray())
            selected = selected.Intersect(Matching(target.RequiredText("Key"), target.Texts("Values"), valid));
        return [.. selected];
    }

    public static AwsException InvalidInstances(IEnumerable<string> ids) => new(
        "InvalidInstanceId",
        $"Instances [[{string.Join(", ", ids)}]] not in a valid state for account {FleetModel.Account}");

    /// <summary>API reference SendCommand, InvalidInstanceId: all but the dead and the dying.</summary>
    private static bool IsValid(SimulatedInstance instance) =>
        instance.State is not ("terminated" or "shutting-down");

    private static List<SimulatedInstance> Matching(
        string key, IReadOnlyList<string> values, IReadOnlyList<SimulatedInstance> valid)
    {
        if (IsInstances(key))
            return ByIds(values, valid);
        if (key == "tag-key")
            return [.. valid.Where(instance => instance.Tags.Keys.Intersect(values).Any())];
        if (key.StartsWith(TagPrefix, StringComparison.Ordinal))
        {
            return [.. valid.Where(instance =>
                instance.Tags.TryGetValue(key[TagPrefix.Length..], out var value) && values.Contains(value))];
        }

        // There are no resource groups, so none holds an instance.
        return key.StartsWith(ResourceGroups, StringComparison.Ordinal)
            ? []
            : throw new AwsException("ValidationException", $"The target key {key} is not supported.");
    }

    private static List<SimulatedInstance> ByIds(
        IReadOnlyList<string> ids, IReadOnlyList<SimulatedInstance> valid)
    {
        var wanted = ids.ToHashSet();
        var found = valid.Where(instance => wanted.Contains(instance.Id)).ToList();
        if (found.Count < wanted.Count)
            throw InvalidInstances(wanted.Except(found.Select(instance => instance.Id)));
        return found;
    }
}
