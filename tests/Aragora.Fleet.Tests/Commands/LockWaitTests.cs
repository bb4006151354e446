using System.Runtime.CompilerServices;
using Aragora.Fleet.Locks;
using Aragora.Fleet.Ports;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>-LockWait: whoever has the fleet lock changes the hosts while a run waits for it.</summary>
public sealed class LockWaitTests : IDisposable
{
    private const string Deploy = "Invoke-AragoraDeploy -Wave 100% -SettleTime 0 -LockWait 0:2:0 -Confirm:$false -All -Ref";

    private readonly EngineHost _engine = EngineHost.Open();
    private readonly FleetConnection _connection;

    public LockWaitTests() => _connection = QuickFleet.Connect(_engine, 4);

    private FleetServices Services => new(_connection, SilentLog.Instance);

    [Fact]
    public async Task The_plan_is_made_when_the_wait_is_over()
    {
        var result = await WhileAnotherDeploysAsync("v2.7.0", $"{Deploy} v2.9.0");

        Assert.Null(result.Exception);
        Assert.Empty(result.Errors);
        Assert.All(SandboxFleet.Results(result), host => Assert.Equal(
            (DeployOutcome.Deployed, VirtualSession.V270, VirtualSession.V290), (host.Outcome, host.From, host.RunningCommit)));
        Assert.Empty(await ListAsync());
    }

    [Theory]
    [InlineData("Invoke-AragoraDeploy -Ref v2.9.0 -All")]
    [InlineData("Restore-AragoraCommit -CommitSha 09f0f4686 -Name aragora*")]
    public async Task A_host_that_came_up_during_the_wait_is_changed_as_well(string cmdlet)
    {
        using var session = EngineHost.Open();
        var backend = new LateHost(_connection.Backend, SandboxFleet.Api2);
        session.InSession(() => FleetSession.Set(new FleetConnection
        {
            Environment = _connection.Environment,
            Regions = _connection.Regions,
            Settings = _connection.Settings,
            Identity = _connection.Identity,
            Backend = backend,
        }));
        var held = await TakeAsync();
        var waiting = session.RunAsync($"{cmdlet} -Wave 100% -SettleTime 0 -LockWait 0:2:0 -Confirm:$false");
        await WaitedForAsync();
        backend.IsUp = true;
        await held.DisposeAsync();

        var results = SandboxFleet.Results(await waiting);

        Assert.Equal(4, results.Count);
        Assert.All(results, host => Assert.Equal(VirtualSession.V290, host.RunningCommit));
    }

    [Fact]
    public async Task A_plan_that_was_given_is_refused_by_host_before_anything_is_touched()
    {
        var result = await WhileAnotherDeploysAsync(
            "v2.7.0",
            "try { New-AragoraDeployPlan -Ref v2.9.0 -All | Invoke-AragoraDeploy -LockWait 0:2:0 -Confirm:$false } catch { throw }");

        var error = result.TerminatingError!;
        Assert.Equal("PlanStale", SandboxFleet.Id(error));
        Assert.Contains($"runs {VirtualSession.V270[..9]}, not ", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("refused the deploy", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.All(
            _engine.Run("Get-AragoraFleetVersion").Values.Cast<Versions.HostVersion>(),
            host => Assert.Equal(VirtualSession.V270, host.RunningCommit));
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task Where_the_other_did_what_was_to_be_done_the_lock_is_given_back_and_nobody_is_warned()
    {
        var result = await WhileAnotherDeploysAsync("v2.7.0", $"{Deploy} v2.7.0");

        Assert.All(SandboxFleet.Results(result), host => Assert.Equal(DeployOutcome.AlreadyCurrent, host.Outcome));
        Assert.Empty(result.Warnings);
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task WhatIf_does_not_wait_and_says_that_the_run_itself_would()
    {
        await using var held = await TakeAsync();

        var result = _engine.Run("Invoke-AragoraDeploy -Ref v2.9.0 -All -LockWait 0:5:0 -WhatIf");

        Assert.Single(result.Warnings, warning => warning.Contains("by bob", StringComparison.Ordinal)
            && warning.Contains("waits for it, 00:05:00 at most", StringComparison.Ordinal));
        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task Who_is_refused_after_the_wait_leaves_no_lock()
    {
        await using var held = await TakeAsync();

        var result = _engine.RunToFailure("Invoke-AragoraDeploy -Ref v2.9.0 -All -LockWait 0:0:1 -Confirm:$false");

        Assert.Equal("FleetLocked", SandboxFleet.Id(result.TerminatingError!));
        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task A_plan_that_is_declined_leaves_no_lock()
    {
        var result = _engine.RunToFailure("Invoke-AragoraDeploy -Ref v2.9.0 -All -LockWait 0:0:1");

        Assert.Equal("ConfirmationUnavailable", SandboxFleet.Id(result.TerminatingError!));
        Assert.Empty(await ListAsync());
    }

    public void Dispose()
    {
        _engine.Run("Disconnect-AragoraFleet");
        _engine.Dispose();
    }

    /// <summary>Runs a script; once it waits for the fleet lock, its holder brings the hosts to a release and gives the lock back.</summary>
    private async Task<EngineResult> WhileAnotherDeploysAsync(string name, string script)
    {
        var held = await TakeAsync();
        var waiting = _engine.RunAsync(script);
        await WaitedForAsync();
        var plan = await PlanAsync(name);
        var run = new RolloutRun(Services.Run(plan, _ => { }, (_, _) => Task.FromResult<IHeldLock?>(held), [], false), plan);
        await foreach (var result in run.RunAsync(default, default))
        {
            Assert.Contains(result.Outcome, (DeployOutcome[])[DeployOutcome.Deployed, DeployOutcome.AlreadyCurrent]);
        }

        return await waiting;
    }

    /// <summary>Until somebody else is after the lock.</summary>
    private async Task WaitedForAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await ListAsync()).Count < 2)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private Task<ChangePlan> PlanAsync(string name) => QuickFleet.PlanAsync(_connection, name);

    private Task<HeldLock> TakeAsync() => Services.Locks.TakeAsync(
        new LockRequest { Environment = "production", Regions = [LockFleet.Region], Owner = "bob" }, CancellationToken.None);

    private Task<IReadOnlyList<FleetLock>> ListAsync() =>
        Services.Locks.ListAsync("production", [LockFleet.Region], CancellationToken.None);

    /// <summary>The fleet, in which one machine is not up yet.</summary>
    private sealed class LateHost(IFleetBackend fleet, string id) : IFleetBackend, IInstanceDirectory
    {
        public bool IsUp { get; set; }

        public IInstanceDirectory Instances => this;

        public ICommandChannel Commands => fleet.Commands;

        public IParameterStore Parameters => fleet.Parameters;

        public Task<CallerIdentity> GetCallerIdentityAsync(string region, CancellationToken cancellationToken) =>
            fleet.GetCallerIdentityAsync(region, cancellationToken);

        public async IAsyncEnumerable<Instance> DescribeInstancesAsync(
            string region, IReadOnlyList<InstanceFilter> filters, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var instance in fleet.Instances.DescribeInstancesAsync(region, filters, cancellationToken))
            {
                if (IsUp || instance.InstanceId != id)
                {
                    yield return instance;
                }
            }
        }

        public IAsyncEnumerable<AgentInformation> DescribeAgentsAsync(
            string region, IReadOnlyList<string> instanceIds, CancellationToken cancellationToken) =>
            fleet.Instances.DescribeAgentsAsync(region, instanceIds, cancellationToken);

        public IAsyncEnumerable<InstanceChecks> DescribeChecksAsync(
            string region, IReadOnlyList<string> instanceIds, CancellationToken cancellationToken) =>
            fleet.Instances.DescribeChecksAsync(region, instanceIds, cancellationToken);

        // The other connection owns it.
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
