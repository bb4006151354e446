using Aragora.Fleet.Failures;
using Aragora.Fleet.Locks;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>
/// The turn of a run that waits for the fleet lock. Whoever has it may change the hosts until then, so the plan is made when
/// the lock is the run's, and the run keeps it from then on.
/// </summary>
/// <param name="services">The domain's services.</param>
/// <param name="wait">So long the lock is waited for; nothing takes none before the plan.</param>
/// <param name="isWhatIf">Whether it is only told that the lock would be waited for.</param>
/// <param name="deployId">The earlier run that this one goes on with, or takes back; null for none.</param>
internal sealed class LockTurn(FleetServices services, TimeSpan wait, bool isWhatIf, string? deployId) : IAsyncDisposable
{
    private RunLock? _earlier;
    private HeldLock? _held;

    /// <summary>Whether the plan was made under the lock, and the lock is kept for its run.</summary>
    public bool HoldsLock => _held is not null;

    /// <summary>Makes a plan that nobody else can overtake, for hosts that are looked for again where it had to wait.</summary>
    /// <param name="find">Finds the hosts.</param>
    /// <param name="make">Makes the plan.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <exception cref="FleetException">DeployRunning, FleetLocked, EnvironmentMixed, and what these throw.</exception>
    public async Task<ChangePlan> PlanAsync(
        Func<CancellationToken, Task<IReadOnlyList<Instance>>> find,
        Func<IReadOnlyList<Instance>, CancellationToken, Task<ChangePlan>> make,
        CancellationToken cancellationToken)
    {
        var found = await find(cancellationToken).ConfigureAwait(false);
        string[] regions = [.. found.Select(instance => instance.Region).Distinct(StringComparer.Ordinal)];
        var environment = ChangePlanner.OneEnvironment(found);
        return await PlanAsync(environment, regions, MakeAsync, cancellationToken).ConfigureAwait(false);

        async Task<ChangePlan> MakeAsync(bool hasWaited, CancellationToken token)
        {
            var hosts = hasWaited ? await find(token).ConfigureAwait(false) : found;
            return hosts.FirstOrDefault(host => !regions.Contains(host.Region) || host.Environment != environment) is not { } elsewhere
                ? await make(hosts, token).ConfigureAwait(false)
                : throw LockFailures.NotCovered(elsewhere);
        }
    }

    /// <summary>Makes a plan that nobody else can overtake.</summary>
    /// <param name="environment">The environment of its hosts.</param>
    /// <param name="regions">The regions of its hosts.</param>
    /// <param name="make">
    /// Makes it, or holds one that is given against the hosts; told whether the hosts may have changed since the call.
    /// </param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <exception cref="FleetException">DeployRunning, FleetLocked, and what making the plan throws.</exception>
    public async Task<ChangePlan> PlanAsync(
        string environment,
        IReadOnlyList<string> regions,
        Func<bool, CancellationToken, Task<ChangePlan>> make,
        CancellationToken cancellationToken)
    {
        var hasWaited = false;
        if (deployId is not null)
        {
            _earlier = new RunLock(services, deployId, environment, regions);
            hasWaited = await _earlier.EnsureOverAsync(wait, isWhatIf, cancellationToken).ConfigureAwait(false);
        }

        if (wait <= TimeSpan.Zero || services.OwnLock(environment) is not null)
        {
            return await make(hasWaited, cancellationToken).ConfigureAwait(false);
        }

        var entries = await services.SeeLocksAsync(environment, regions, cancellationToken).ConfigureAwait(false);
        if (entries.FirstOrDefault(entry => entry is { IsHeld: true, IsDead: false } && entry.DeployId != deployId) is { } other)
        {
            if (!isWhatIf)
            {
                return await WaitAsync().ConfigureAwait(false);
            }

            services.Log.Warning(LockFailures.WouldWait(other, wait));
        }

        var plan = await make(hasWaited, cancellationToken).ConfigureAwait(false);
        if (isWhatIf || !plan.HasWork)
        {
            return plan;
        }

        try
        {
            _held = await TakeAsync(TimeSpan.Zero).ConfigureAwait(false);
            return plan;
        }
        catch (FleetException e) when (e.Kind == FailureKind.FleetLocked)
        {
            // Another came while the plan was made, and may have changed the hosts.
            return await WaitAsync().ConfigureAwait(false);
        }

        async Task<ChangePlan> WaitAsync()
        {
            _held = await TakeAsync(wait).ConfigureAwait(false);
            var late = await make(true, cancellationToken).ConfigureAwait(false);
            if (!late.HasWork)
            {
                await DisposeAsync().ConfigureAwait(false);
            }

            return late;
        }

        Task<HeldLock> TakeAsync(TimeSpan patience) => services.Locks.TakeAsync(
            new LockRequest
            {
                Environment = environment, Regions = regions, Owner = services.Who, Ttl = services.Settings.LockTtl, Wait = patience,
            },
            cancellationToken);
    }

    /// <summary>The lock, which is the run's to give back from now on; null where there was nothing to wait for.</summary>
    /// <exception cref="FleetException">LockLost.</exception>
    public async Task<IHeldLock?> GiveAsync(ChangePlan plan, CancellationToken cancellationToken)
    {
        if (_held is { } held)
        {
            await held.NameRunAsync(plan.DeployId, plan.Reason, cancellationToken).ConfigureAwait(false);
        }

        var given = _held;
        _held = null;
        return given;
    }

    /// <summary>Removes what the earlier run left of its lock, where there was nothing to do.</summary>
    public Task TidyAsync(PipelineSink sink, CancellationToken cancellationToken) =>
        _earlier?.BuryAsync(sink, cancellationToken) ?? Task.CompletedTask;

    /// <summary>Gives the lock back where no run has it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_held is { } held)
        {
            _held = null;
            await held.DisposeAsync().ConfigureAwait(false);
        }
    }
}
