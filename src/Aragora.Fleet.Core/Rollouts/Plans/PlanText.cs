using System.Globalization;

namespace Aragora.Fleet.Rollouts.Plans;

/// <summary>
/// A plan as people read it: what and how, the exceptions, then the waves. However many hosts there are, it fits a screen:
/// hosts that are alike share a line, and what does not fit is counted.
/// </summary>
internal static class PlanText
{
    private const int MaxWaveLines = 16;
    private const int MaxGroupsOfAWave = 3;
    private const int MaxNames = 4;

    public static string Of(ChangePlan plan)
    {
        List<string> lines =
        [
            Headline(plan),
            $"gates      {GateText.Of(plan)}",
            $"time       {Time(plan)}",
            .. plan.Notes.Select(note => $"NOTE       {note}"),
            .. PlanExceptions.Of(plan),
            .. Commits(plan),
            .. Waves(plan),
            .. Unchanged(plan),
        ];
        return string.Join("\n  ", lines);
    }

    /// <summary>Some hosts on one line: in full where it is one, else by their names, and as many as can be read.</summary>
    public static string Names(IReadOnlyList<HostPlan> hosts)
    {
        if (hosts.Count == 1)
        {
            return hosts[0].ToString();
        }

        var shown = hosts.Count <= MaxNames ? hosts.Count : MaxNames - 1;
        return string.Join(", ", hosts.Take(shown).Select(host => host.Target.Name)) +
            (shown < hosts.Count ? $" and {hosts.Count - shown} more" : "");
    }

    private static string Headline(ChangePlan plan)
    {
        var hosts = $"{plan.Hosts.Count} host(s)" + (plan.Environment.Length > 0 ? $" of {plan.Environment}" : "");
        if (!plan.HasWork)
        {
            return $"{plan.Kind} {plan.Wanted}: nothing to do on {hosts}";
        }

        var budget = plan.Gates.MaxFailure.AtMost(plan.Hosts.Count);
        var fails = budget == 0 ? "one fails" : $"more than {budget} fail";
        var end = budget >= plan.Hosts.Count ? "going on however many fail"
            : plan.OnFailure == FailureAction.Restore ? $"all back if {fails}" : $"stopping if {fails}";
        return $"{plan.Kind} {plan.Wanted}: " +
            (plan.Waves.Count > 0
                ? $"{plan.Waves.Sum(wave => wave.Count)} of {hosts} in {plan.Waves.Count} wave(s)"
                : $"no host to change, {plan.Hosts.Count(host => host.AwaitsAcceptance)} of {hosts} to watch and accept") +
            $", {end}";
    }

    private static string Time(ChangePlan plan) => plan.Waves.Count == 0
        ? "no step is run"
        : plan.ExpectedDuration is { } time
        ? $"about {GateText.Say(time)}, by the last steps of these hosts"
        : "not known: no host has a record of an earlier step";

    // Of each pair of commits what lies between them, the one of most hosts first.
    private static IEnumerable<string> Commits(ChangePlan plan)
    {
        var pairs = plan.Waves.SelectMany(wave => wave)
            .Where(host => host.From is not null && host.To is not null && host.From != host.To)
            .GroupBy(host => (host.From, host.To))
            .OrderByDescending(group => group.Count())
            .ToList();
        foreach (var pair in pairs.Take(MaxGroupsOfAWave))
        {
            yield return $"commits    {Move(pair.First())}  {Between(pair.First().Changes)}";
        }

        if (pairs.Count > MaxGroupsOfAWave)
        {
            yield return $"commits    of {pairs.Count - MaxGroupsOfAWave} more pairs are in the plan's Hosts";
        }
    }

    private static string Between(CommitChanges? changes) => changes is null
        ? "what lies between is not known"
        : changes +
            (changes.RequirementsChange ? ", requirements change" : ", same requirements") +
            (changes.MigrationsChange ? ", MIGRATIONS CHANGE" : ", same migrations") +
            (changes.Subjects.Count > 0 ? $": {string.Join("; ", changes.Subjects)}" : "");

    private static List<string> Waves(ChangePlan plan)
    {
        List<string> lines = [];
        for (var i = 0; i < plan.Waves.Count; i++)
        {
            var wave = WaveLines(plan.WaveNumber(i), plan.Waves[i]);
            var isLast = i == plan.Waves.Count - 1;
            if (lines.Count + wave.Count > (isLast ? MaxWaveLines : MaxWaveLines - 1))
            {
                var rest = plan.Waves.Skip(i).Sum(later => later.Count);
                var number = plan.WaveNumber(i);
                lines.Add($"{(isLast ? $"wave {number}" : $"waves {number} to {plan.WaveNumber(plan.Waves.Count - 1)}")}: {rest} host(s) more");
                break;
            }

            lines.AddRange(wave);
        }

        return lines;
    }

    private static List<string> WaveLines(int number, IReadOnlyList<HostPlan> wave)
    {
        var groups = wave.GroupBy(host => (host.From, host.To, host.Verdict))
            .OrderByDescending(group => group.Count())
            .ToList();
        var label = string.Create(CultureInfo.InvariantCulture, $"wave {number,-4}");
        var lines = groups.Take(MaxGroupsOfAWave)
            .Select(group => $"{label}  {Count(group.Count()),-9}  {Move(group.First())}  {group.Key.Verdict}  {Names([.. group])}")
            .ToList();
        if (groups.Count > MaxGroupsOfAWave)
        {
            var rest = groups.Skip(MaxGroupsOfAWave).SelectMany(group => group).ToList();
            lines.Add($"{label}  {Count(rest.Count)} from {groups.Count - MaxGroupsOfAWave} other states: {Names(rest)}");
        }

        return lines;
    }

    private static IEnumerable<string> Unchanged(ChangePlan plan)
    {
        var current = plan.Hosts.Where(host => host is { Obstacle: null, IsCurrent: true }).ToList();
        if (current.Count > 0)
        {
            yield return $"no change  {Count(current.Count),-9}  {CommitId.Abbreviate(current[0].From)}  {Names(current)}";
        }

        var done = plan.Hosts.Where(host => host.IsDone).ToList();
        if (done.Count > 0)
        {
            var open = done.Count(host => host.AwaitsAcceptance);
            yield return $"done       {Count(done.Count),-9}  by an earlier attempt{(open > 0 ? $", {open} not accepted yet" : "")}: {Names(done)}";
        }
    }

    private static string Move(HostPlan host) =>
        $"{CommitId.Abbreviate(host.From)} -> {(host.To is null ? "the release before" : CommitId.Abbreviate(host.To))}";

    private static string Count(int hosts) => hosts == 1 ? "1 host" : $"{hosts} hosts";
}
