using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Rollouts.Gates;

/// <summary>Starts nothing on hosts where commands of others are under way: two hands on one host undo each other's work.</summary>
/// <param name="others">Finds them.</param>
/// <param name="log">Told of those that are gone over.</param>
/// <param name="force">Whether they stop nothing, for the user said so and why.</param>
public sealed class OtherCommandsGate(OtherCommands others, IFleetLog log, bool force) : IDeployGate
{
    /// <inheritdoc/>
    public string Name => "other-commands";

    /// <inheritdoc/>
    public async Task<GateFinding> CheckAsync(GateContext context, CancellationToken cancellationToken)
    {
        // A run that is forced warns of each wave's own when it comes to them.
        if (context.Moment == GateMoment.AfterWave || (context.Moment == GateMoment.BeforeRun && force))
        {
            return GateFinding.Passed;
        }

        var found = await others
            .FindAsync(context.Hosts.Select(host => host.Target), context.Plan.DeployId, cancellationToken).ConfigureAwait(false);
        if (found.Count == 0)
        {
            return GateFinding.Passed;
        }

        var what = string.Join("; ", found.Select(command => $"{command.Host}: {command}"));
        if (force)
        {
            log.Warning($"Wave {context.Wave} goes over commands of others that are under way. {what}.");
            return GateFinding.Passed;
        }

        return GateFinding.Refuse(new FleetException(
            FailureKind.CommandsUnderWay,
            $"Commands of others are under way on hosts of {(context.Wave == 0 ? "the plan" : $"wave {context.Wave}")}. {what}.",
            "Wait for them with Wait-AragoraCommand, or go over them with -Force and -Reason.",
            found.Select(command => command.Host).ToList()));
    }
}
