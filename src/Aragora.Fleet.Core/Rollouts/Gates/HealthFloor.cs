using System.Globalization;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Rollouts.Gates;

/// <summary>
/// Whether the waves of a plan can keep to its -MinHealthy. A wave takes its Healthy hosts down; the others have nothing to
/// lose, and none of them is counted on.
/// </summary>
internal static class HealthFloor
{
    /// <summary>Refuses a plan whose waves leave too few hosts Healthy, naming what would work.</summary>
    /// <exception cref="FleetException">HostsTooFew.</exception>
    public static void Check(ChangePlan plan)
    {
        if (plan.Gates.MinHealthy is not { } bound || plan.Waves.Count == 0)
        {
            return;
        }

        var needed = bound.AtLeast(plan.Hosts.Count);
        var healthy = plan.Hosts.Count(IsHealthy);
        var most = plan.Waves.Max(wave => wave.Count(IsHealthy));
        if (healthy - most >= needed)
        {
            return;
        }

        var wave = plan.WaveNumber(plan.Waves.ToList().FindIndex(hosts => hosts.Count(IsHealthy) == most));
        throw new FleetException(
            FailureKind.HostsTooFew,
            $"-MinHealthy {bound} means {needed} of {plan.Hosts.Count} host(s); {healthy} are Healthy now, and wave {wave} " +
            $"takes {most} of them, which leaves {healthy - most}.",
            Advice(bound, plan.Hosts.Count, healthy, needed, most),
            bound.ToString());
    }

    private static bool IsHealthy(HostPlan host) => host.Verdict == Verdict.Healthy;

    private static string Advice(HostCount bound, int hosts, int healthy, int needed, int most)
    {
        List<string> ways = [];
        if (healthy > most)
        {
            ways.Add($"-MinHealthy {Say(bound, hosts, healthy - most)} with these waves");
        }

        if (healthy > needed)
        {
            ways.Add($"-BatchSize {healthy - needed} with -MinHealthy {bound}");
        }
        else if (healthy > 1 && most > 1)
        {
            ways.Add($"-BatchSize 1 with -MinHealthy {Say(bound, hosts, healthy - 1)}");
        }

        return ways.Count > 0
            ? $"The most that works: {string.Join(", or ", ways)}."
            : "No wave can keep to it: leave -MinHealthy out, or bring more hosts to health first.";
    }

    // In the unit that the user chose; of a percentage the largest that means no more hosts than this.
    private static string Say(HostCount bound, int hosts, int count) => bound.IsPercent
        ? string.Create(CultureInfo.InvariantCulture, $"{100L * count / hosts}%")
        : count.ToString(CultureInfo.InvariantCulture);
}
