using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet;

/// <summary>Turns ids and names that a user gave into hosts that can be reached, or into one failure each.</summary>
/// <param name="inventory">The fleet.</param>
public sealed partial class TargetResolver(InstanceInventory inventory)
{
    /// <summary>
    /// Resolves a selector. A literal id or name without an instance, an instance that is not running, and one whose agent
    /// Systems Manager does not know, give a failure in place of a host; a wildcard without a match gives nothing.
    /// </summary>
    public async IAsyncEnumerable<ResolvedTarget> ResolveAsync(
        InstanceSelector selector, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var unseenIds = new HashSet<string>(selector.InstanceIds, StringComparer.Ordinal);
        var unseenNames = new HashSet<string>(selector.Names.Where(n => !IsWildcard(n)), StringComparer.Ordinal);
        var named = selector.InstanceIds.Count > 0 || selector.Names.Count > 0;
        var everyState = named ? selector with { States = Enum.GetValues<InstanceState>()[1..] } : selector;
        await foreach (var instance in inventory.FindAsync(everyState, cancellationToken).ConfigureAwait(false))
        {
            var literal = unseenIds.Remove(instance.InstanceId);
            literal |= unseenNames.Remove(instance.Name) || selector.Names.Contains(instance.Name);
            if (Check(instance) is { } failure)
            {
                // What a wildcard or "the whole fleet" brings up besides is no fault of the user's: gone machines are left out.
                if (literal || instance.State == InstanceState.Running)
                {
                    yield return new ResolvedTarget(HostTarget.From(instance), instance, failure);
                }

                continue;
            }

            yield return new ResolvedTarget(HostTarget.From(instance), instance, null);
        }

        foreach (var missing in unseenIds.Concat(unseenNames))
        {
            yield return new ResolvedTarget(null, null, NotFound(missing, selector));
        }
    }

    private static bool IsWildcard(string name) => name.AsSpan().IndexOfAny('*', '?') >= 0;

    private static FleetException? Check(Instance instance) => instance switch
    {
        { State: not InstanceState.Running } => new FleetException(
            FailureKind.InstanceNotRunning,
            $"{instance} is {InstanceStateName.ToWire(instance.State)}.",
            "Start the instance, or leave it out.",
            HostTarget.From(instance)),
        { Ping: PingStatus.NotManaged } => NotManaged(instance),
        _ => null,
    };

    /// <summary>The failure of an instance that runs, but that Systems Manager does not know.</summary>
    internal static FleetException NotManaged(Instance instance) => new(
        FailureKind.InstanceNotManaged,
        $"Systems Manager does not know {instance}: no agent has registered from it.",
        "Check the SSM agent and the instance profile of the host.",
        HostTarget.From(instance));

    /// <summary>The failure of a literal id or name that nothing in the fleet has.</summary>
    public static FleetException NotFound(string missing, InstanceSelector selector) => new(
        FailureKind.InstanceNotFound,
        $"No instance '{missing}' of the fleet in {string.Join(", ", selector.Regions)}" +
        (selector.Environment is { } environment ? $", environment {environment}." : "."),
        selector.InstanceIds.Contains(missing) && !InstanceIdPattern().IsMatch(missing)
            ? $"An id is i- and 8 or 17 hexadecimal digits; if '{missing}' is a name, give it to -Name."
            : "Run Get-AragoraInstance to see what there is; check the region and the environment of the connection.",
        missing);

    [GeneratedRegex("^i-([0-9a-f]{8}|[0-9a-f]{17})$")]
    private static partial Regex InstanceIdPattern();
}

/// <summary>One answer of <see cref="TargetResolver"/>: a host, or why there is none.</summary>
/// <param name="Target">The host; null where none exists.</param>
/// <param name="Instance">The inventory's row; null where none exists.</param>
/// <param name="Failure">Why it cannot be worked on; null where it can.</param>
public sealed record ResolvedTarget(HostTarget? Target, Instance? Instance, FleetException? Failure);
