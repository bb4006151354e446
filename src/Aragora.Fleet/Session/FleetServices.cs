using Aragora.Fleet.Commands;
using Aragora.Fleet.Drift;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Health;
using Aragora.Fleet.History;
using Aragora.Fleet.Locks;
using Aragora.Fleet.Ports;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Rollouts.History;
using Aragora.Fleet.Rollouts.Journal;
using Aragora.Fleet.Rollouts.Plans;
using Aragora.Fleet.Rollouts.Signals;
using Aragora.Fleet.Versions;

namespace Aragora.Fleet.PowerShell.Session;

/// <summary>Puts the domain's services together for one run of a cmdlet.</summary>
internal sealed class FleetServices
{
    private readonly FleetConnection _connection;
    private readonly CommandDispatcher _dispatcher;
    private readonly HostOperationRunner _runner;

    /// <param name="connection">The session's connection.</param>
    /// <param name="log">The cmdlet's streams.</param>
    /// <param name="settings">The connection's settings, with what the cmdlet's own parameters change.</param>
    public FleetServices(FleetConnection connection, IFleetLog log, FleetSettings? settings = null)
    {
        _connection = connection;
        Log = log;
        Settings = settings ?? connection.Settings;
        Inventory = new InstanceInventory(connection.Backend.Instances, Settings);
        _dispatcher = new CommandDispatcher(
            connection.Backend.Commands, connection.Backend.Instances, connection.Limits, TimeProvider.System, log);
        _runner = new HostOperationRunner(_dispatcher, Settings);
    }

    /// <summary>The cmdlet's streams.</summary>
    public IFleetLog Log { get; }

    public FleetSettings Settings { get; }

    public InstanceInventory Inventory { get; }

    public TargetResolver Resolver => new(Inventory);

    public HealthService Health => new(_runner, Settings);

    public HealthWaitService HealthWait => new(new HealthService(QuietRunner(), Settings), TimeProvider.System, Log);

    public VersionService Versions => new(_runner, Settings);

    public DriftService Drift => new(_runner, Settings);

    public UserCommandService UserCommands => new(_dispatcher, _runner);

    public CommandHistory History => new(_connection.Backend, _connection.Limits, Settings, TimeProvider.System);

    public CommandFinder Commands => new(_connection.Backend, _connection.Limits, Settings, TimeProvider.System);

    public PastCommandService PastCommands =>
        new(_connection.Backend.Commands, _connection.Backend.Instances, _connection.Limits, QuietRunner(), TimeProvider.System, Log);

    public ChangePlanner Planner => new(_runner, Settings, OtherCommands, Log, TimeProvider.System);

    public RestorePlanner RestorePlanner => new(Planner, _runner, Settings, TimeProvider.System);

    public ResumePlanner ResumePlanner => new(Planner, _runner, Settings, TimeProvider.System);

    /// <summary>What hosts tell of the releases and runs that they had.</summary>
    public HistoryService Past => new(_runner, Settings);

    public DeployHistory Deploys => new(Past);

    public PlanCheck PlanCheck => new(_runner, Resolver, Settings);

    public OtherCommands OtherCommands => new(_connection.Backend.Commands, _connection.Limits);

    /// <summary>Which fleet this is, for plans.</summary>
    public PlanOrigin Origin => new(_connection.Identity.Account, _connection.Endpoint?.ToString() ?? "");

    public RefResolver Refs => new(_runner, Settings);

    /// <summary>Who changes hosts, for their ledgers: the caller in AWS and the user of this machine.</summary>
    public string Who => $"{_connection.Identity.Arn} ({Environment.UserName}@{Environment.MachineName})";

    public FleetLockService Locks =>
        new(_connection.Backend.Parameters, TimeProvider.System, Log, Random.Shared.NextDouble);

    /// <summary>What other shells tell the runs of an environment, in these regions.</summary>
    public ParameterSignals Signals(string environment, IReadOnlyList<string> regions) =>
        new(_connection.Backend.Parameters, environment, regions);

    /// <summary>The session's own lock of an environment; null where it has none.</summary>
    public SessionLock? OwnLock(string environment) => _connection.Locks.Find(environment);

    /// <summary>
    /// Takes the fleet lock for a run, or lends it the session's own. To be disposed by the run at its end, whatever
    /// becomes of it.
    /// </summary>
    /// <exception cref="FleetException">FleetLocked; LockLost where the session's own is lost.</exception>
    private async Task<IHeldLock> TakeLockAsync(ChangePlan plan, CancellationToken cancellationToken)
    {
        string[] regions = [.. plan.Hosts.Select(host => host.Target.Region).Distinct(StringComparer.Ordinal)];
        if (OwnLock(plan.Environment) is not { } own)
        {
            return await Locks.TakeAsync(
                new LockRequest
                {
                    Environment = plan.Environment,
                    Regions = regions,
                    Owner = Who,
                    Reason = plan.Reason,
                    DeployId = plan.DeployId,
                    Ttl = Settings.LockTtl,
                },
                cancellationToken).ConfigureAwait(false);
        }

        return regions.Except(own.Regions, StringComparer.Ordinal).FirstOrDefault() is not { } elsewhere
            ? await own.UseAsync(plan.DeployId, cancellationToken).ConfigureAwait(false)
            : throw new FleetException(
                FailureKind.FleetLocked,
                $"The lock that this session holds does not cover {elsewhere}, where the run has hosts.",
                "Unlock-AragoraFleet, and let the run take the lock itself, or lock with -Region for all of its regions.",
                elsewhere);
    }

    /// <summary>Takes a fleet lock for the session.</summary>
    /// <exception cref="FleetException">FleetLocked; AccessDenied where there can be no lock.</exception>
    public async Task LockSessionAsync(LockRequest request, TimeSpan? life, CancellationToken cancellationToken)
    {
        var held = await Locks.TakeAsync(request with { Owner = Who, Ttl = Settings.LockTtl }, cancellationToken)
            .ConfigureAwait(false);
        if (request.Regions.FirstOrDefault(region => held.Token(region) == 0) is { } open)
        {
            await held.DisposeAsync().ConfigureAwait(false);
            throw new FleetException(
                FailureKind.AccessDenied,
                $"The credentials do not allow a fleet lock in {open}, so nothing was locked.",
                "Ask for ssm:PutParameter, ssm:GetParametersByPath and ssm:DeleteParameter on /aragora-fleet/*.",
                open);
        }

        await _connection.Locks.GiveBackAsync(request.Environment).ConfigureAwait(false);
        _connection.Locks.Keep(request.Environment, new SessionLock(held, request.Regions, life, TimeProvider.System));
    }

    /// <summary>The entries of the fleet lock, the session's own marked.</summary>
    public async Task<IReadOnlyList<FleetLock>> ListLocksAsync(
        string environment, IReadOnlyList<string> regions, CancellationToken cancellationToken)
    {
        var own = _connection.Locks.Find(environment);
        var entries = await Locks.ListAsync(environment, regions, cancellationToken).ConfigureAwait(false);
        return [.. entries.Select(entry => entry with { IsMine = own?.Token(entry.Region) == entry.Token })];
    }

    /// <summary>The same; none where the credentials do not allow to see them.</summary>
    public async Task<IReadOnlyList<FleetLock>> SeeLocksAsync(
        string environment, IReadOnlyList<string> regions, CancellationToken cancellationToken)
    {
        try
        {
            return await ListLocksAsync(environment, regions, cancellationToken).ConfigureAwait(false);
        }
        catch (FleetException e) when (e.Kind == FailureKind.AccessDenied)
        {
            return [];
        }
    }

    /// <summary>What a run acts through.</summary>
    /// <param name="plan">The plan of the run.</param>
    /// <param name="notice">Says what the user must see at once.</param>
    /// <param name="takeTurn">Gives the fleet lock where it was taken before the plan was made; null where none was.</param>
    /// <param name="gates">The user's own gates.</param>
    /// <param name="force">Whether commands of others stop nothing.</param>
    public RunServices Run(
        ChangePlan plan,
        Action<string> notice,
        Func<ChangePlan, CancellationToken, Task<IHeldLock?>>? takeTurn,
        IReadOnlyList<IDeployGate> gates,
        bool force) => new()
    {
        Runner = QuietRunner(),
        Settings = Settings,
        Log = Log,
        Time = TimeProvider.System,
        Instances = _connection.Backend.Instances,
        TakeLock = async (run, cancellationToken) =>
            (takeTurn is null ? null : await takeTurn(run, cancellationToken).ConfigureAwait(false))
            ?? await TakeLockAsync(run, cancellationToken).ConfigureAwait(false),
        Signals = Signals(plan.Environment, [.. plan.Hosts.Select(host => host.Target.Region).Distinct(StringComparer.Ordinal)]),
        Journal = new FileRunJournal(JournalFolder.Path, plan.DeployId, TimeProvider.System, Log),
        Notice = notice,
        Gates = [new OtherCommandsGate(OtherCommands, Log, force), .. gates],
    };

    // A rollout tells which wave it is in, and a wait how many are well; how many hosts of one send have answered would only hide that.
    private HostOperationRunner QuietRunner() => new(
        new CommandDispatcher(
            _connection.Backend.Commands, _connection.Backend.Instances, _connection.Limits, TimeProvider.System,
            new LogWithoutProgress(Log)),
        Settings);
}
