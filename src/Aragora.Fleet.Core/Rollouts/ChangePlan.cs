using System.Text;
using Aragora.Fleet.Rollouts.Gates;

namespace Aragora.Fleet.Rollouts;

/// <summary>What a deploy or a restore will do, host by host. What is shown is what is applied.</summary>
public sealed record ChangePlan
{
    /// <summary>The id of the run: it is in every ledger line, step id and command comment of it.</summary>
    public required string DeployId { get; init; }

    /// <summary>What the user asked for: a ref for a deploy, a commit or nothing for a restore.</summary>
    public required string Wanted { get; init; }

    /// <summary>The environment of all the hosts.</summary>
    public required string Environment { get; init; }

    /// <summary>Every host that was asked for, in the order of the run; the ones that need no change at the end.</summary>
    public required IReadOnlyList<HostPlan> Hosts { get; init; }

    /// <summary>The hosts to change, wave by wave.</summary>
    public required IReadOnlyList<IReadOnlyList<HostPlan>> Waves { get; init; }

    /// <summary>What happens to the hosts that are done when one fails.</summary>
    public required FailureAction OnFailure { get; init; }

    /// <summary>What the run must see before it goes on.</summary>
    public DeployGates Gates { get; init; } = new();

    /// <summary>1 for a new run; each resumption counts on. Hosts tell the steps of one attempt from those of another by it.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>Who.</summary>
    public required string Who { get; init; }

    /// <summary>The hosts that stand in the way of the run: none may be left out silently.</summary>
    public IEnumerable<HostPlan> Obstacles => Hosts.Where(host => host.Obstacle is not null);

    /// <summary>The plan as people read it: one line for each host, exceptions first.</summary>
    public string ToText(string verb)
    {
        var text = new StringBuilder();
        var changes = Waves.Sum(wave => wave.Count);
        text.Append($"{verb} {Wanted}: {changes} of {Hosts.Count} host(s)");
        text.Append(Environment.Length > 0 ? $" of {Environment}" : "");
        text.Append($" in {Waves.Count} wave(s)");
        text.Append(OnFailure == FailureAction.Restore ? ", all back if one fails" : ", stopping if one fails");
        foreach (var host in Hosts.Where(host => host.Obstacle is not null))
        {
            text.Append($"\n  stops it  {host}  {host.Obstacle!.Message}");
        }

        for (var i = 0; i < Waves.Count; i++)
        {
            foreach (var host in Waves[i])
            {
                var target = host.To is null ? "the release before" : CommitId.Abbreviate(host.To);
                text.Append($"\n  wave {i + 1,-3}  {host}  {CommitId.Abbreviate(host.From)} -> {target}  {host.Verdict}");
                text.Append(host.Note is null ? "" : $"  ({host.Note})");
            }
        }

        foreach (var host in Hosts.Where(host => host.Obstacle is null && host.IsCurrent))
        {
            text.Append($"\n  no change  {host}  {CommitId.Abbreviate(host.From)}");
        }

        return text.ToString();
    }
}
