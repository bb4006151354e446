using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>The base of cmdlets about runs: the hosts of the environment are asked, whichever machine this is.</summary>
public abstract class RunCmdlet : EnvironmentCmdlet
{
    /// <summary>Every running host of the environment.</summary>
    /// <exception cref="FleetException">NoTarget.</exception>
    private protected async Task<IReadOnlyList<Instance>> FindHostsAsync(
        FleetServices services, CancellationToken cancellationToken)
    {
        var selector = new InstanceSelector { Regions = Regions, Environment = Place, States = [InstanceState.Running] };
        var instances = new List<Instance>();
        await foreach (var instance in services.Inventory.FindAsync(selector, cancellationToken).ConfigureAwait(false))
        {
            instances.Add(instance);
        }

        return instances.Count > 0 ? instances : throw new FleetException(
            FailureKind.NoTarget,
            $"No host runs in {Describe()}.",
            "Check the region, the environment and the account: Get-AragoraFleet shows the connection.",
            Place);
    }
}
