using System.Text.Json;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>Finds the instances that a command is for.</summary>
internal static class CommandTargets
{
    private const string TagPrefix = "tag:";

    /// <summary>One id that Systems Manager does not accept rejects the whole call.</summary>
    public static IReadOnlyList<SimulatedInstance> Resolve(
        CommandOrder order, IReadOnlyList<SimulatedInstance> managed)
    {
        if (order.Targets is not { } targets)
            return ByIds(order.InstanceIds, managed);
        IEnumerable<SimulatedInstance> selected = managed;
        foreach (var target in targets.EnumerateArray())
        {
            var matching = Matching(target.RequiredText("Key"), target.Texts("Values"), managed);
            selected = selected.Intersect(matching);
        }

        return [.. selected];
    }

    private static IReadOnlyList<SimulatedInstance> Matching(
        string key, IReadOnlyList<string> values, IReadOnlyList<SimulatedInstance> managed)
    {
        if (key == "InstanceIds")
            return ByIds(values, managed);
        if (key == "tag-key")
            return [.. managed.Where(instance => instance.Tags.Keys.Intersect(values).Any())];
        if (key.StartsWith(TagPrefix, StringComparison.Ordinal))
        {
            return [.. managed.Where(instance =>
                instance.Tags.TryGetValue(key[TagPrefix.Length..], out var value) && values.Contains(value))];
        }

        throw new AwsException("ValidationException", $"The target key {key} is not supported.");
    }

    private static IReadOnlyList<SimulatedInstance> ByIds(
        IReadOnlyList<string> ids, IReadOnlyList<SimulatedInstance> managed)
    {
        var unknown = ids.Except(managed.Select(instance => instance.Id)).ToList();
        if (unknown.Count > 0)
            throw InvalidInstances(unknown);
        return [.. managed.Where(instance => ids.Contains(instance.Id))];
    }

    public static AwsException InvalidInstances(IEnumerable<string> ids) => new(
        "InvalidInstanceId",
        $"Instances [[{string.Join(", ", ids)}]] not in a valid state for account {FleetModel.Account}");
}
