using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts.History;

namespace Aragora.Fleet.Rollouts.Plans;

/// <summary>Says in one failure why a plan may not be begun.</summary>
public static class PlanObstacles
{
    /// <summary>The failure; null where no host stands in the way.</summary>
    public static FleetException? Refusal(ChangePlan plan)
    {
        var hosts = plan.Obstacles.ToList();
        var unreachable = hosts.FindAll(host => host.IsUnreachable);
        List<FleetException> obstacles = [.. hosts.Except(unreachable).Select(host => host.Obstacle!)];
        if (unreachable.Count > 0)
        {
            obstacles.Insert(0, RunFailures.Unreachable(plan, unreachable.ConvertAll(host => (host.Target, host.Obstacle?.Message))));
        }

        return obstacles.Count < 2 ? obstacles.FirstOrDefault() : new FleetException(
            obstacles[0].Kind,
            $"{hosts.Count} hosts stand in the way, so nothing was begun: " +
            string.Join(" ", obstacles.Select(obstacle => obstacle.Message)),
            obstacles[0].Action,
            hosts.ConvertAll(host => host.Target));
    }
}
