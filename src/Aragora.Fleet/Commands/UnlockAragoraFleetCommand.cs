using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Locks;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Gives this session's fleet lock back, or removes one of somebody else.</summary>
[Cmdlet(VerbsCommon.Unlock, "AragoraFleet", SupportsShouldProcess = true, DefaultParameterSetName = OwnSet)]
[OutputType(typeof(FleetLock))]
public sealed class UnlockAragoraFleetCommand : EnvironmentCmdlet
{
    private const string OwnSet = "Own";
    private const string StaleSet = "Stale";
    private const string TokenSet = "Token";

    private long[]? _tokens;

    /// <summary>Removes the dead ones, and only these.</summary>
    [Parameter(Mandatory = true, ParameterSetName = StaleSet)]
    public SwitchParameter Stale { get; set; }

    /// <summary>Removes these, dead or alive. Who holds one that lives must stop.</summary>
    [Parameter(Mandatory = true, ParameterSetName = TokenSet, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(LockTokenCompleter))]
    [ValidateRange(1, long.MaxValue)]
    public long[]? Token { get; set; }

    private protected override string Activity => "Unlocking the fleet";

    /// <inheritdoc/>
    protected override void OnRecord()
    {
        base.OnRecord();
        _tokens = Token;
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        var services = Services(sink);
        var entries = await services.ListLocksAsync(Place, Regions, cancellationToken).ConfigureAwait(false);
        if (Stale)
        {
            foreach (var dead in entries.Where(entry => entry.IsDead))
            {
                await RemoveAsync(services, dead, sink, cancellationToken).ConfigureAwait(false);
            }

            foreach (var living in entries.Where(entry => entry is { IsHeld: true, IsDead: false }))
            {
                sink.Warning(
                    $"The fleet lock of {LockFailures.Place(living)} lives and was not removed: {LockFailures.Holding(living)}. "
                    + $"If its owner is gone, wait until then; -Token {living.Token} removes it at once.");
            }
        }
        else if (_tokens is null)
        {
            await GiveBackAsync(services, entries, sink, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            foreach (var token in _tokens)
            {
                await RemoveAsync(services, entries, token, sink, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task RemoveAsync(
        FleetServices services, IReadOnlyList<FleetLock> entries, long token, PipelineSink sink, CancellationToken cancellationToken)
    {
        var meant = entries.Where(entry => entry.Token == token).ToList();
        if (meant.Count == 0)
        {
            await sink.FailAsync(new FleetException(
                FailureKind.LockNotFound,
                $"No lock of {Describe()} has the token {token}.",
                "Run Get-AragoraFleetLock to see what there is.",
                token)).ConfigureAwait(false);
        }

        foreach (var entry in meant)
        {
            await RemoveAsync(services, entry, sink, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RemoveAsync(
        FleetServices services, FleetLock entry, PipelineSink sink, CancellationToken cancellationToken)
    {
        var what = $"{entry}, last heartbeat {entry.LastHeartbeat:u}";
        var agreed = entry.IsDead
            ? await sink.ConfirmAsync(what, "Remove the dead lock").ConfigureAwait(false)
            : await sink.ConfirmHarmAsync(what, "Remove the lock that somebody holds").ConfigureAwait(false);
        if (agreed)
        {
            await services.Locks.RemoveAsync(entry, cancellationToken).ConfigureAwait(false);
            if (entry.IsMine)
            {
                await Connection.Locks.GiveBackAsync(Place).ConfigureAwait(false);
            }

            await sink.EmitAsync(entry).ConfigureAwait(false);
        }
    }

    private async Task GiveBackAsync(
        FleetServices services, IReadOnlyList<FleetLock> entries, PipelineSink sink, CancellationToken cancellationToken)
    {
        if (Connection.Locks.Find(Place) is not { } own)
        {
            throw new FleetException(
                FailureKind.LockNotFound,
                $"This session holds no fleet lock of {Place}.",
                "Get-AragoraFleetLock shows who does; -Stale removes dead ones, -Token one of somebody else.",
                Place);
        }

        if (!await sink.ConfirmAsync($"{Place} in {string.Join(", ", own.Regions)}", "Unlock the fleet").ConfigureAwait(false))
        {
            return;
        }

        if (own.IsLost)
        {
            sink.Warning($"The fleet lock of {Place} was lost before: another removed it, or it could not be renewed in time.");
        }

        await Connection.Locks.GiveBackAsync(Place).ConfigureAwait(false);
        var left = await services.Locks.ListAsync(Place, own.Regions, cancellationToken).ConfigureAwait(false);
        foreach (var entry in entries.Where(entry => entry.IsMine))
        {
            await (left.Any(other => other.Region == entry.Region && other.Token == entry.Token)
                ? sink.FailAsync(NotRemoved(entry))
                : sink.EmitAsync(entry)).ConfigureAwait(false);
        }
    }

    private static FleetException NotRemoved(FleetLock entry) => new(
        FailureKind.ServiceUnavailable,
        $"The entry of {entry} could not be removed. Nothing renews it any more.",
        $"Remove it with Unlock-AragoraFleet -Token {entry.Token}, or leave it: it blocks nobody once it is dead.",
        entry);
}
