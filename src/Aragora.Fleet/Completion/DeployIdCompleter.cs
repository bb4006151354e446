using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts.History;

namespace Aragora.Fleet.PowerShell.Completion;

/// <summary>The newest runs, as the hosts of the connected fleet have kept them.</summary>
internal sealed class DeployIdCompleter : FleetCompleter
{
    private const int RunsOffered = 10;

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<CompletionCandidate>> FindAsync(FleetConnection? connection)
    {
        var hosts = (await ConnectedInstances.ListAsync(connection).ConfigureAwait(false))
            .Where(i => i is { State: InstanceState.Running, Ping: PingStatus.Online }).Select(HostTarget.From).ToList();
        var runs = new List<HostRun>();
        if (hosts.Count > 0)
        {
            var question = new HistoryQuestion { Runs = RunsOffered };
            var answers = new FleetServices(connection!, SilentLog.Instance).Past.AskAsync(hosts, question, CancellationToken.None);
            await foreach (var answer in answers.ConfigureAwait(false))
            {
                runs.AddRange(answer.Runs);
            }
        }

        return
        [
            .. runs.GroupBy(run => run.DeployId).OrderByDescending(group => group.Key, StringComparer.Ordinal).Take(RunsOffered)
                .Select(group => new CompletionCandidate(group.Key, ToolTip([.. group]))),
        ];
    }

    private static string ToolTip(List<HostRun> hosts) =>
        $"{hosts[0].Kind} {string.Join(", ", hosts.GroupBy(host => host.State).Select(state => $"{state.Count()} {state.Key}"))}";
}
