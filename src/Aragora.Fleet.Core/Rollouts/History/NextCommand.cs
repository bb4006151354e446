using System.Globalization;

namespace Aragora.Fleet.Rollouts.History;

/// <summary>The command that goes on where a run stopped. A line that begins with <c>#</c> says why there is none.</summary>
internal static class NextCommand
{
    private const int MaxNamed = 3;

    /// <summary>While somebody is at the run.</summary>
    public static string WhileAlive(string deployId, DeployState state, LivingRun life)
    {
        var resume = string.Create(
            CultureInfo.InvariantCulture,
            $"if its client is gone: from {life.Ends.UtcDateTime:HH:mm:ss} UTC on");
        return state == DeployState.AwaitingApproval
            ? $"Approve-AragoraDeploy -DeployId {deployId} # or Deny-AragoraDeploy -DeployId {deployId}; {resume} Resume-AragoraDeploy -DeployId {deployId}"
            : $"Resume-AragoraDeploy -DeployId {deployId} # {resume}";
    }

    /// <summary>
    /// When nobody is. A run in which a host failed was on its way back, or will fail there again; any other was on its way
    /// forward, and so was a restore whose host failed before it was changed. Where a host has moved on since, the one would be refused, and the other take a newer release away.
    /// </summary>
    public static string? AfterIts(DeployRecord run, IReadOnlyList<RunPart> parts, bool wasCutShort, LeftOutHosts leftOut)
    {
        if (run.State == DeployState.Completed)
        {
            return parts.Any(part => part.MovedOn) ? null : ToLeftOut(run, leftOut);
        }

        if (run.State is not (DeployState.Incomplete or DeployState.NotStarted))
        {
            return null;
        }

        var anew = run.Kind == nameof(Plans.RolloutKind.Restore) ? "restore anew with Restore-AragoraCommit" : "deploy anew with Invoke-AragoraDeploy";
        if (parts.Where(part => part.MovedOn).Select(part => part.Target.Name).ToList() is { Count: > 0 } moved)
        {
            return $"# {string.Join(", ", moved.Take(MaxNamed))}{(moved.Count > MaxNamed ? $" and {moved.Count - MaxNamed} more" : "")} moved on since: {anew}";
        }

        if (wasCutShort)
        {
            return $"# {run.MissingHostCount} of its hosts are not to be found, and it changed none of the others: {anew}";
        }

        var goesBack = run.Kind == nameof(Plans.RolloutKind.Restore)
            ? parts.Any(part => part.State == HostRunState.Failed && !part.IsWhereItWas)
            : parts.Any(part => part.State is HostRunState.Failed or HostRunState.Back);
        return $"{(goesBack ? "Restore-AragoraCommit" : "Resume-AragoraDeploy")} -DeployId {run.DeployId}";
    }

    /// <summary>Brings the release of a run to hosts that it left out.</summary>
    public static string To(string? kind, string release, IEnumerable<string> ids)
    {
        var command = kind == nameof(Plans.RolloutKind.Restore) ? "Restore-AragoraCommit" : "Invoke-AragoraDeploy";
        var parameter = CommitId.IsFull(release) ? "CommitSha" : "PackageVersion";
        return $"{command} -{parameter} {release} -InstanceId {string.Join(", ", ids)}";
    }

    private static string? ToLeftOut(DeployRecord run, LeftOutHosts leftOut)
    {
        if (leftOut.Count == 0)
        {
            return null;
        }

        var more = leftOut.Count - leftOut.Ids.Count;
        var verb = run.Kind == nameof(Plans.RolloutKind.Restore) ? "restore" : "deploy to";
        return run.Target is { } release
            ? To(run.Kind, release, leftOut.Ids) + (more > 0 ? $" # and {more} more that it left out" : "")
            : $"# it left out {string.Join(", ", leftOut.Ids)}{(more > 0 ? $" and {more} more" : "")}: {verb} them by themselves";
    }
}
