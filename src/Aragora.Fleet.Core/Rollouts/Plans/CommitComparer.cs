using System.Globalization;
using Aragora.Fleet.Commands;
using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Rollouts.Plans;

/// <summary>Fills in what lies between the commits of a plan, as a host of the fleet can tell. What it cannot stays unknown.</summary>
internal sealed class CommitComparer(HostOperationRunner runner, FleetSettings settings, IFleetLog log)
{
    private const int MaxHostsAsked = 2;

    // What one answer has room for; and how many targets of a restore are worth a question.
    private const int MaxCommits = 10;
    private const int MaxTargets = 3;

    /// <summary>The hosts, with their changes where these are known.</summary>
    public async Task<List<HostPlan>> CompareAsync(List<HostPlan> hosts, CancellationToken cancellationToken)
    {
        var known = new Dictionary<(string, string), CommitChanges>();
        var reachable = hosts.Where(host => host is { Obstacle: null, Layout: HostLayout.Git }).Select(host => host.Target).ToList();
        var targets = hosts
            .Where(host => host is { Obstacle: null, IsCurrent: false, Layout: HostLayout.Git, From: not null, To: not null } && host.From != host.To)
            .GroupBy(host => host.To!, StringComparer.Ordinal)
            .OrderByDescending(group => group.Count())
            .Take(MaxTargets);
        foreach (var target in targets)
        {
            var froms = target.GroupBy(host => host.From!, StringComparer.Ordinal)
                .OrderByDescending(group => group.Count()).Take(MaxCommits).Select(group => group.Key).ToList();
            await AskAsync(target.Key, froms, reachable, known, cancellationToken).ConfigureAwait(false);
        }

        return hosts.ConvertAll(host => host is { From: { } from, To: { } to }
            ? host with { Changes = known.GetValueOrDefault((from, to)) }
            : host);
    }

    // One host answers for all: the first, so that its clone is there the next time.
    private async Task AskAsync(
        string target,
        List<string> froms,
        List<HostTarget> hosts,
        Dictionary<(string, string), CommitChanges> known,
        CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, string>
        {
            ["P_UNIT"] = settings.Unit, ["P_TARGET"] = target, ["P_FROMS"] = string.Join('\n', froms),
        };
        foreach (var host in hosts.Take(MaxHostsAsked))
        {
            var answers = runner.RunAsync(
                HostOperation.Compare, parameters, [host], "the comparison of commits", OwnComment.For("compare"),
                cancellationToken);
            await foreach (var answer in answers.ConfigureAwait(false))
            {
                if (answer.Block is { } block && block.Text("outcome") is null)
                {
                    Read(block, target, froms.Count, known);
                    return;
                }

                log.Verbose($"{host} cannot compare commits: {answer.Block?.Text("reason") ?? answer.Failure?.Message}");
            }
        }
    }

    private static void Read(
        ResultBlock block, string target, int count, Dictionary<(string, string), CommitChanges> known)
    {
        for (var i = 0; i < count; i++)
        {
            if (block.Text($"from.{i}")?.Split(' ') is [var from, var ahead, var behind, var packages, var migrations] &&
                int.TryParse(ahead, NumberStyles.None, CultureInfo.InvariantCulture, out var gets) &&
                int.TryParse(behind, NumberStyles.None, CultureInfo.InvariantCulture, out var loses))
            {
                known[(from, target)] = new CommitChanges
                {
                    Ahead = gets,
                    Behind = loses,
                    RequirementsChange = packages == "1",
                    MigrationsChange = migrations == "1",
                    Subjects =
                    [
                        .. Enumerable.Range(0, count: 9).Select(n => block.Text($"subject.{i}.{n}")).OfType<string>(),
                    ],
                };
            }
        }
    }
}
