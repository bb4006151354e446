using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>The base of cmdlets that change hosts: the targets are named, or the whole fleet is asked for by -All.</summary>
public abstract class HostChangeCmdlet : HostCmdlet
{
    /// <summary>Acts on every host of the connected environment.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <summary>Why; kept in the command history and in the ledgers of the hosts. Never a secret.</summary>
    [Parameter]
    [ValidateLength(1, 60)]
    public string? Reason { get; set; }

    /// <summary>Whether another parameter says which hosts are meant.</summary>
    private protected virtual bool FindsHostsItself => false;

    /// <inheritdoc/>
    protected override void OnEnd()
    {
        base.OnEnd();
        if (All && (ExpectsInput || Selection.NamesHosts))
        {
            throw new FleetException(
                FailureKind.TargetAmbiguous,
                "-All asks for the whole fleet, and hosts are named as well.",
                "Leave out one of the two.",
                "All");
        }

        // Its environment alone would mean every host there.
        if (ExpectsInput && Selection.HasNameless && !FindsHostsItself)
        {
            throw new FleetException(
                FailureKind.NoTarget,
                "The pipeline brought an object that names no host, so nothing was done.",
                "Pipe hosts in, such as from Get-AragoraInstance; of a run its Hosts, or give its -DeployId where there is one.",
                MyInvocation.MyCommand.Name);
        }

        if (!All && !ExpectsInput && !Selection.NamesHosts && !FindsHostsItself)
        {
            throw new FleetException(
                FailureKind.NoTarget,
                "No host is named.",
                "Pipe hosts in, give -InstanceId or -Name, or ask for the whole fleet with -All.",
                MyInvocation.MyCommand.Name);
        }

        if (All && (Environment ?? Connection.Environment) is null)
        {
            throw new FleetException(
                FailureKind.EnvironmentRequired,
                "-All needs to know whose hosts are meant, and the connection names no environment.",
                "Give -Environment here or to Connect-AragoraFleet.",
                "Environment");
        }
    }

    /// <summary>The hosts of the change.</summary>
    /// <param name="services">The domain's services.</param>
    /// <param name="cancellationToken">Gives the search up.</param>
    /// <param name="tolerated">A failure that does not keep a host out; none where it is left out.</param>
    /// <exception cref="FleetException">A host cannot be worked on, or none is left.</exception>
    private protected async Task<IReadOnlyList<Instance>> ResolveAllAsync(
        FleetServices services, CancellationToken cancellationToken, FailureKind? tolerated = null)
    {
        var resolved = await ResolveAsync(services, cancellationToken).ConfigureAwait(false);
        return Instances(resolved, tolerated);
    }

    /// <summary>The instances that were found, none left out silently.</summary>
    /// <exception cref="FleetException">A host cannot be worked on, or none is left.</exception>
    private protected static IReadOnlyList<Instance> Instances(ResolvedTarget[] resolved, FailureKind? tolerated)
    {
        var failures = resolved.Select(target => target.Failure).OfType<FleetException>()
            .Where(failure => failure.Kind != tolerated).ToList();
        if (failures.Count > 0)
        {
            throw failures.Count == 1 ? failures[0] : new FleetException(
                failures[0].Kind,
                $"{failures.Count} of the hosts cannot be worked on, so nothing was begun: " +
                string.Join(" ", failures.Select(failure => failure.Message)),
                failures[0].Action,
                failures.ConvertAll(failure => failure.FailureTarget));
        }

        return resolved.Length > 0 ? [.. resolved.Select(target => target.Instance!)] : throw NoMatch();
    }
}
