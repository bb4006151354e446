using System.Globalization;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Rollouts.Gates;

/// <summary>Takes the pulse of hosts: one send for 50 of them.</summary>
internal sealed class PulseReader(HostOperationRunner runner, FleetSettings settings, IFleetLog log, TimeProvider time)
{
    // A host whose agent is gone would be waited for until its delivery times out: a minute.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>The pulses by instance id. A host that gave no answer is absent: nothing is known of it.</summary>
    /// <param name="hosts">The hosts; those that the run was planned without are not asked.</param>
    /// <param name="window">How far back errors are counted, by each host's own clock.</param>
    /// <param name="needed">
    /// The hosts that the question is about: after the last of them the others have a few seconds more. Null for all.
    /// </param>
    /// <param name="cancellationToken">Gives the question up.</param>
    public async Task<IReadOnlyDictionary<string, HostPulse>> ReadAsync(
        IReadOnlyList<HostPlan> hosts, TimeSpan window, IEnumerable<string>? needed, CancellationToken cancellationToken)
    {
        var asked = hosts.Where(host => host.Obstacle is null).Select(host => host.Target).ToList();
        var waiting = (needed ?? asked.Select(host => host.InstanceId)).ToHashSet(StringComparer.Ordinal);
        var pulses = new Dictionary<string, HostPulse>(StringComparer.Ordinal);
        var parameters = new Dictionary<string, string>
        {
            ["P_UNIT"] = settings.Unit,
            ["P_SECONDS"] = Math.Ceiling(window.TotalSeconds).ToString(CultureInfo.InvariantCulture),
        };
        using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        var answers = runner.RunAsync(
            HostOperation.Pulse, parameters, asked, "the pulse", OwnComment.For("pulse"), enough.Token);
        try
        {
            await foreach (var answer in answers.ConfigureAwait(false))
            {
                if (waiting.Remove(answer.Target.InstanceId) && waiting.Count == 0)
                {
                    patience.CancelAfter(s_patience);
                }

                if (answer.Block is { } block && HostPulse.Read(block) is { } pulse)
                {
                    pulses[answer.Target.InstanceId] = pulse;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            log.Verbose($"{asked.Count - pulses.Count} host(s) gave no pulse in time; the hosts in question did.");
        }
        catch (FleetException e)
        {
            // The send failed as a whole: of every host that has not answered nothing is known.
            log.Verbose($"The pulse could not be taken: {e.Message}");
        }

        return pulses;
    }
}
