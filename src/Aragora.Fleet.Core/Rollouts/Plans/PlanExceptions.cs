namespace Aragora.Fleet.Rollouts.Plans;

/// <summary>What is out of the ordinary in a plan, the worst first; each on its own line up to a number, then counted.</summary>
internal static class PlanExceptions
{
    private const int MaxLines = 10;

    public static IEnumerable<string> Of(ChangePlan plan)
    {
        var stops = plan.Obstacles.ToList();
        var leftOut = plan.LeftOut.ToList();
        var warned = plan.Hosts.Where(host => host.Obstacle is null && host.Warnings.Count > 0).ToList();
        var lines = stops.Select(host => $"STOPS IT   {host}  {host.Obstacle!.Message}")
            .Concat(leftOut.Select(host => $"left out   {host}  {host.Obstacle!.Message}"))
            .Concat(warned.Select(host => $"warning    {host}  {string.Join("; ", host.Warnings)}"))
            .ToList();
        if (lines.Count <= MaxLines)
        {
            return lines;
        }

        var untoldStops = Math.Max(0, stops.Count - MaxLines);
        var untoldLeftOut = Math.Max(0, Math.Min(leftOut.Count, stops.Count + leftOut.Count - MaxLines));
        var untoldWarned = warned.Skip(Math.Max(0, MaxLines - stops.Count - leftOut.Count)).ToList();
        List<string> rest = [];
        Add(untoldStops, "that stop it");
        Add(untoldLeftOut, "left out");
        Add(untoldWarned.Count, $"with warnings ({Kinds(untoldWarned)})");
        return [.. lines.Take(MaxLines), $"and more   {string.Join(", ", rest)}"];

        void Add(int count, string what)
        {
            if (count > 0)
            {
                rest.Add($"{count} host(s) {what}");
            }
        }
    }

    private static string Kinds(List<HostPlan> hosts) => string.Join(", ", hosts
        .SelectMany(host => host.Warnings.Select(warning => warning.Kind).Distinct())
        .GroupBy(kind => kind)
        .OrderByDescending(group => group.Count())
        .Select(group => $"{group.Key} {group.Count()}"));
}
