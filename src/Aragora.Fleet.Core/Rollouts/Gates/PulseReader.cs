using System.Globalization;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Rollouts.Gates;

/// <summary>Takes the pulse of hosts: one send for 50 of them.</summary>
internal sealed class PulseReader(HostOperationRunner runner, FleetSettings settings, IFleetLog log)
{
    /// <summary>The pulses by instance id. A host that gave no answer is absent: nothing is known of it.</summary>
    /// <param name="hosts">The hosts.</param>
    /// <param name="window">How far back errors are counted, by each host's own clock.</param>
    /// <param name="cancellationToken">Gives the question up.</param>
    public async Task<IReadOnlyDictionary<string, HostPulse>> ReadAsync(
        IReadOnlyList<HostPlan> hosts, TimeSpan window, CancellationToken cancellationToken)
    {
        var pulses = new Dictionary<string, HostPulse>(StringComparer.Ordinal);
        var parameters = new Dictionary<string, string>
        {
            ["P_UNIT"] = settings.Unit,
            ["P_SECONDS"] = Math.Ceiling(window.TotalSeconds).ToString(CultureInfo.InvariantCulture),
        };
        var answers = runner.RunAsync(
            HostOperation.Pulse, parameters, [.. hosts.Select(host => host.Target)], "the pulse", OwnComment.For("pulse"),
            cancellationToken);
        try
        {
            await foreach (var answer in answers.ConfigureAwait(false))
            {
                if (answer.Block is { } block && HostPulse.Read(block) is { } pulse)
                {
                    pulses[answer.Target.InstanceId] = pulse;
                }
            }
        }
        catch (FleetException e)
        {
            // The send failed as a whole: of every host that has not answered nothing is known.
            log.Verbose($"The pulse could not be taken: {e.Message}");
        }

        return pulses;
    }
}
