using Aragora.Fleet.Failures;
using Aragora.Fleet.Locks;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>What a run has of the fleet lock: its life, and after its death what is left of it.</summary>
internal sealed class RunLock(
    FleetServices services, string deployId, string environment, IReadOnlyList<string> regions)
{
    /// <summary>Makes sure that nobody is at the run any more.</summary>
    /// <param name="patience">So long a lock that looks alive is waited for to turn out dead.</param>
    /// <param name="isWhatIf">Whether it is only told that the lock would be waited for.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>Whether it had to wait.</returns>
    /// <exception cref="FleetException">DeployRunning.</exception>
    public async Task<bool> EnsureOverAsync(TimeSpan patience, bool isWhatIf, CancellationToken cancellationToken)
    {
        var life = new RunLife(ListAsync, TimeProvider.System, services.Log);
        var looks = isWhatIf ? TimeSpan.Zero : patience;
        if (await life.FindAsync(deployId, looks, cancellationToken).ConfigureAwait(false) is { } living)
        {
            if (looks == patience)
            {
                throw RunLife.Lives(living);
            }

            services.Log.Warning(RunLife.WouldWait(living, patience));
        }

        return life.HasWaited;
    }

    /// <summary>Removes what is dead, if the user agrees. That it stays is worth a warning: it blocks nobody.</summary>
    public async Task BuryAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        try
        {
            var dead = (await ListAsync(cancellationToken).ConfigureAwait(false))
                .Where(entry => entry.IsDead && entry.DeployId == deployId).ToList();
            if (dead.Count == 0 ||
                !await sink.ConfirmAsync(string.Join(", ", dead), $"Remove the dead lock of {deployId}").ConfigureAwait(false))
            {
                return;
            }

            await services.Locks.BuryAsync(environment, regions, deployId, cancellationToken).ConfigureAwait(false);
        }
        catch (FleetException e)
        {
            sink.Warning($"The dead lock of {deployId} stays: {e.Message} Unlock-AragoraFleet -Stale removes it.");
        }
    }

    private Task<IReadOnlyList<FleetLock>> ListAsync(CancellationToken cancellationToken) =>
        services.SeeLocksAsync(environment, regions, cancellationToken);
}
