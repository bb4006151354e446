using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Rollouts.History;

/// <summary>The hosts of a run among those that were asked.</summary>
/// <param name="Plans">
/// The hosts that know the run; and, where it had more, the ones that tell nothing, since any of them may be of it. Those
/// stand in the way of a plan as long as it may not do without them.
/// </param>
/// <param name="Note">What to tell of the hosts of the run that are not among them; null where none is missing.</param>
internal sealed record RunHosts(List<HostPlan> Plans, string? Note)
{
    /// <summary>Finds them.</summary>
    /// <exception cref="FleetException">DeployNotFound.</exception>
    public static RunHosts Of(string deployId, IReadOnlyList<HostPlan> rows, IReadOnlyDictionary<string, HostHistory> past)
    {
        var known = rows.Where(row => past.GetValueOrDefault(row.Target.InstanceId)?.Runs.Count > 0).ToList();
        var leftOut = RunRecord.Newest(past.Values).LeftOut.Ids;
        var silent = rows.Where(row => past.GetValueOrDefault(row.Target.InstanceId) is null or { Failure: not null })
            .Where(row => !leftOut.Contains(row.Target.InstanceId)).ToList();
        if (known.Count == 0)
        {
            throw RunFailures.NotFound(deployId, rows.Count, silent.ConvertAll(row => row.Target));
        }

        var hosts = known.Max(row => new RunRecord(past[row.Target.InstanceId].Record).Hosts) ?? 0;
        return hosts <= known.Count ? new RunHosts(known, null) : new RunHosts(
        [
            .. known,
            .. silent.Select(row => row with { Obstacle = row.Obstacle ?? past.GetValueOrDefault(row.Target.InstanceId)?.Failure }),
        ],
        hosts > known.Count + silent.Count ? RunFailures.Missing(deployId, hosts - known.Count - silent.Count, hosts) : null);
    }
}
