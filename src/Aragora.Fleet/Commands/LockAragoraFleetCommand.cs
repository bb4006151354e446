using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Locks;
using Aragora.Fleet.PowerShell.Pipeline;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Takes the fleet lock for this session, so that nobody else changes the environment meanwhile.</summary>
[Cmdlet(VerbsCommon.Lock, "AragoraFleet", SupportsShouldProcess = true)]
[OutputType(typeof(FleetLock))]
public sealed class LockAragoraFleetCommand : EnvironmentCmdlet
{
    /// <summary>Why: it is what others see who find the fleet locked. Never a secret.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateLength(1, 200)]
    public string Reason { get; set; } = "";

    /// <summary>For how long at most; as long as the session lives where it is left out.</summary>
    [Parameter]
    [ValidateWait]
    public TimeSpan? Ttl { get; set; }

    /// <summary>How long to wait for whoever has it; nothing where it is left out.</summary>
    [Parameter]
    [ValidateWait]
    public TimeSpan Wait { get; set; }

    private protected override string Activity => "Locking the fleet";

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        base.OnBegin();
        if (Ttl == TimeSpan.Zero)
        {
            throw new FleetException(
                FailureKind.RequestRejected,
                "-Ttl is nothing: the lock would end as it begins.",
                "Give a time span such as 2:00:00, or leave -Ttl out for as long as the session lives.",
                nameof(Ttl));
        }
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        var services = Services(sink);
        if (Connection.Locks.Find(Place) is { IsLost: false })
        {
            throw new FleetException(
                FailureKind.FleetLocked,
                $"This session holds the fleet lock of {Place} already.",
                "Use it, or give it back with Unlock-AragoraFleet first.",
                Place);
        }

        if (!await sink.ConfirmAsync(Describe(), "Lock the fleet").ConfigureAwait(false))
        {
            return;
        }

        await services.LockSessionAsync(
            new LockRequest { Environment = Place, Regions = Regions, Owner = services.Who, Reason = Reason, Wait = Wait },
            Ttl,
            cancellationToken).ConfigureAwait(false);
        var entries = await services.ListLocksAsync(Place, Regions, cancellationToken).ConfigureAwait(false);
        foreach (var entry in entries.Where(entry => entry.IsMine))
        {
            await sink.EmitAsync(entry).ConfigureAwait(false);
        }
    }
}
