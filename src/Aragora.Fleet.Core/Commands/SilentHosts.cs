using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Commands;

/// <summary>
/// Looks once a minute after the agents of hosts that have not answered for as long, and tells, once for each host and
/// command, where Systems Manager no longer hears them: what it was sent may go on there, and nothing will be heard of it.
/// </summary>
internal sealed class SilentHosts(DispatchContext context, string region)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly HashSet<(string CommandId, string InstanceId)> _told = [];
    private DateTimeOffset _lastLook = context.Time.GetUtcNow();

    public async Task LookAsync(IReadOnlyList<SentCommand> open, CancellationToken cancellationToken)
    {
        var now = context.Time.GetUtcNow();
        if (now - _lastLook < s_patience)
        {
            return;
        }

        _lastLook = now;
        var silent = open
            .Where(command => now - command.SentAt >= s_patience)
            .SelectMany(command => command.Waiting.Values.Select(target => (Command: command, Target: target)))
            .ToLookup(host => host.Target.InstanceId, StringComparer.Ordinal);
        if (silent.Count == 0)
        {
            return;
        }

        var agents = new Dictionary<string, AgentInformation>(StringComparer.Ordinal);
        context.Log.Verbose($"Still without an answer in {region}: {string.Join(", ", silent.Select(host => host.First().Target))}.");
        try
        {
            await foreach (var agent in context.Instances
                .DescribeAgentsAsync(region, [.. silent.Select(host => host.Key)], cancellationToken).ConfigureAwait(false))
            {
                agents[agent.InstanceId] = agent;
            }
        }
        catch (FleetException e)
        {
            context.Log.Debug($"Whether the agents are there cannot be told: {e.Message}");
            return;
        }

        foreach (var (command, target) in silent.SelectMany(host => host))
        {
            Tell(command, target, agents.GetValueOrDefault(target.InstanceId));
        }
    }

    private void Tell(SentCommand command, HostTarget target, AgentInformation? agent)
    {
        if (agent?.Ping == PingStatus.Online || !_told.Add((command.CommandId, target.InstanceId)))
        {
            return;
        }

        var gone = agent is null ? "Systems Manager lists no agent of it"
            : $"its agent is {agent.Ping}, last heard at {agent.LastPing:HH:mm:ss} UTC";
        context.Log.Warning(
            $"{target} has not answered since {command.SentAt:HH:mm:ss} UTC, and {gone}. What it was sent may go on there; its "
            + $"answer is waited for until {command.Deadline:HH:mm:ss} UTC.");
    }
}
