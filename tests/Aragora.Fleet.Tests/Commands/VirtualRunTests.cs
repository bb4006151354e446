using Aragora.Fleet.Failures;
using Aragora.Fleet.Locks;
using Aragora.Fleet.Ports;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Rollouts.Signals;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>Runs over virtual hosts, through the cmdlets and beside them: who may act, and what lets a run go on.</summary>
public sealed class VirtualRunTests : IDisposable
{
    private readonly EngineHost _engine = EngineHost.Open();
    private readonly FleetConnection _connection;

    public VirtualRunTests() => _connection = QuickFleet.Connect(_engine, 4);

    private FleetServices Services => new(_connection, SilentLog.Instance);

    public void Dispose()
    {
        _engine.Run("Disconnect-AragoraFleet");
        _engine.Dispose();
    }

    [Fact]
    public async Task Of_two_deploys_at_once_exactly_one_acts_twenty_times()
    {
        var start = await PlanAsync("v2.9.0");
        await RunAsync(Services.Run(start, _ => { }, default, [], false), start);
        var plan = Back(start, (await PlanAsync("v2.8.0")).Target!);
        for (var round = 0; round < 20; round++)
        {
            var before = await SandboxTally.HostsAsync(_connection.Sandbox!);
            ChangePlan[] both = [plan with { DeployId = $"run-{round}-a" }, plan with { DeployId = $"run-{round}-b" }];

            var ends = await Task.WhenAll(both.Select(one => RunAsync(Services.Run(one, _ => { }, default, [], false), one)));

            var after = await SandboxTally.HostsAsync(_connection.Sandbox!);
            Assert.Single(ends, end => end.Failure?.Kind == FailureKind.FleetLocked && end.Results.Count == 0);
            var winner = Assert.Single(ends, end => end.Failure is null);
            Assert.Equal(4, winner.Results.Count(result => result.Outcome == DeployOutcome.Deployed));
            Assert.Equal(4, after.Executions - before.Executions);
            plan = Back(plan, plan.Hosts[0].From!);
        }
    }

    [Fact]
    public async Task An_owner_that_slept_while_its_lock_was_broken_is_refused_by_every_host()
    {
        var sleeper = await PlanAsync("v2.9.0");
        var asleep = new Sleep();
        var services = Services.Run(sleeper, _ => { }, default, [asleep], false);
        var run = RunAsync(
            services with { TakeLock = async (plan, token) => new Unaware(await services.TakeLock(plan, token)) }, sleeper);
        await asleep.Begun.Task;
        foreach (var held in await Services.Locks.ListAsync("production", _connection.Regions, default))
        {
            await Services.Locks.RemoveAsync(held, default);
        }

        var other = await PlanAsync("v2.7.0");
        var (others, failure) = await RunAsync(Services.Run(other, _ => { }, default, [], false), other);
        Assert.Null(failure);
        asleep.Woken.SetResult();
        var (results, end) = await run;

        Assert.Equal(4, results.Count);
        Assert.All(results, result => Assert.Equal((DeployOutcome.Refused, "fence"), (result.Outcome, result.Phase)));
        Assert.Equal(FailureKind.LockLost, end!.Kind);
        Assert.Equal(others.Select(result => result.RunningCommit).Distinct(), await RunningAsync());
    }

    [Theory]
    [InlineData("{ $_.InstanceId -ne 'i-016b3e32625bf967e' }", "said $false")]
    [InlineData("{ if ($args[0].InstanceId -eq 'i-016b3e32625bf967e') { throw 'too slow by half' } }", "too slow by half")]
    [InlineData("{ param($Host1) 'looked'; $Host1.RunningCommit -and $_.Name -ne 'aragora-api-2' }", "said $false")]
    [InlineData("{ if ($_.Name -eq 'aragora-api-2') { exit 3 } }", "left by exit, break or continue")]
    [InlineData("{ if ($_.Name -eq 'aragora-api-2') { break } }", "left by exit, break or continue")]
    [InlineData("{ if ($_.Name -eq 'aragora-api-2') { Get-ErorRate } }", "Get-ErorRate")]
    [InlineData("{ if ($_.Name -eq 'aragora-api-2') { Get-Command no-such-thing } }", "no-such-thing")]
    public void A_gate_that_says_false_or_fails_vetoes_that_host_only(string gate, string reason)
    {
        var result = _engine.Run(
            $"Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1 -SettleTime 0 -MaxFailure 1 -Gate {gate} -Confirm:$false");

        var results = SandboxFleet.Results(result).ToDictionary(r => r.InstanceId);
        var vetoed = results[SandboxFleet.Api2];
        Assert.Equal((DeployOutcome.Reverted, "gate", vetoed.From), (vetoed.Outcome, vetoed.Phase, vetoed.RunningCommit));
        Assert.Contains(reason, vetoed.Reason, StringComparison.Ordinal);
        Assert.Equal(3, results.Values.Count(r => r.Outcome == DeployOutcome.Deployed));
        var error = Assert.Single(result.Errors);
        Assert.Equal("DeployFailed", SandboxFleet.Id(error));
        Assert.Equal(FailureKind.GateVetoed, ((FleetException)error.Exception.InnerException!).Kind);
    }

    [Fact]
    public void An_error_within_a_function_of_a_module_is_a_veto_too_and_its_preference_is_left_as_it_was()
    {
        var result = _engine.Run(
            "$null = New-Module { function Test-Mine { Get-ErorRate; 'looked' } } | Import-Module; "
            + "Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1 -SettleTime 0 -Gate { Test-Mine } -Confirm:$false; $global:ErrorActionPreference");

        Assert.Equal("Continue", $"{result.Values.Last()}");
        Assert.Single(SandboxFleet.Results(result), r => r.Outcome == DeployOutcome.Reverted && r.Phase == "gate");
        Assert.DoesNotContain(SandboxFleet.Results(result), r => r.Outcome == DeployOutcome.Deployed);
    }

    [Fact]
    public void Hosts_of_a_restore_that_a_gate_objects_to_are_told_to_be_where_they_were_to_go()
    {
        _engine.Run("$null = Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 100% -SettleTime 0 -Confirm:$false");

        var result = _engine.Run("Restore-AragoraCommit -All -Wave 1 -SettleTime 0 -Gate { $false } -Confirm:$false");

        var error = Assert.Single(result.Errors);
        Assert.Equal("RestoreFailed", SandboxFleet.Id(error));
        Assert.Contains("These run what they were to go back to: ", error.Exception.Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "Read the Reason of the results. Resume-AragoraDeploy -DeployId ", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ }")]
    [InlineData("{ $null }")]
    [InlineData("{ 0; ''; 'False' }")]
    [InlineData("{ Get-Command no-such-thing -ErrorAction Ignore }")]
    public void Nothing_else_is_a_veto(string gate)
    {
        var result = _engine.Run(
            $"Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 100% -SettleTime 0 -Gate {gate} -Confirm:$false");

        Assert.Empty(result.Errors);
        Assert.All(SandboxFleet.Results(result), r => Assert.Equal(DeployOutcome.Deployed, r.Outcome));
    }

    [Theory]
    [InlineData(DeploySignalKind.Approve, 4, null)]
    [InlineData(DeploySignalKind.Deny, 0, "ApprovalDenied")]
    public async Task The_run_waits_after_its_canary_for_what_another_shell_says(
        DeploySignalKind said, int deployed, string? error)
    {
        var running = Task.Run(() => _engine.Run(
            "Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1, 3 -SettleTime 0 -Approve -Confirm:$false"));
        var line = await SeenAsync("Approve-AragoraDeploy -DeployId ");
        await Services.Signals("production", _connection.Regions)
            .SendAsync(line.Split("-DeployId ")[1].Trim(), new DeploySignal(said, "bob", "seen"), default);

        var result = await running;

        Assert.Equal(deployed, SandboxFleet.Results(result).Count(r => r.Outcome == DeployOutcome.Deployed));
        Assert.Equal(error, result.Errors.Count == 0 ? null : SandboxFleet.Id(result.Errors[0]));
    }

    [Fact]
    public void A_quiet_bake_ends_and_the_run_goes_on()
    {
        var result = _engine.Run(
            "Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1, 3 -SettleTime 0 -BakeTime 0:0:2 -MinHealthy 1 -Confirm:$false");

        Assert.Empty(result.Errors);
        Assert.Equal(4, SandboxFleet.Results(result).Count(r => r.Outcome == DeployOutcome.Deployed));
    }

    [Theory]
    [InlineData("Resume-AragoraDeploy")]
    [InlineData("Restore-AragoraCommit -DeployId")]
    public async Task WhatIf_waits_for_no_step_that_is_under_way_and_says_on_which_hosts_one_is(string cmdlet)
    {
        var plan = await PlanAsync("v2.9.0");
        // Its steps outlast the test.
        plan = plan with { Gates = plan.Gates with { SettleTime = TimeSpan.FromHours(1) } };
        await LeaveAsync(plan);

        var result = await _engine.RunAsync($"{cmdlet} {plan.DeployId} -WhatIf").WaitAsync(TimeSpan.FromMinutes(2));

        Assert.Null(result.Exception);
        Assert.Empty(result.Errors);
        var warning = Assert.Single(result.Warnings);
        Assert.StartsWith($"A step of the run {plan.DeployId} is still under way on ", warning, StringComparison.Ordinal);
        Assert.All(plan.Hosts, host => Assert.Contains(host.InstanceId, warning, StringComparison.Ordinal));
        Assert.Contains("4 of 4 host(s)", string.Join('\n', _engine.Screen.Lines.Concat(result.Information)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_journal_tells_the_run_from_plan_to_end()
    {
        var result = _engine.Run("Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 2 -SettleTime 0 -Reason CHG-7 -Confirm:$false");

        var id = SandboxFleet.Results(result)[0].DeployId;
        var lines = StateHome.Journal(id).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(
            ["plan", "lock", "claim", "wave", "wave", "result", "result", "result", "result", "end"],
            lines.Select(line => line.GetProperty("what").GetString()));
        Assert.Equal("CHG-7", lines[0].GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-Reason '  '")]
    public void Force_without_a_reason_is_refused(string reason)
    {
        var result = _engine.RunToFailure($"Invoke-AragoraDeploy -Ref v2.9.0 -All -Force {reason} -Confirm:$false");

        Assert.Equal("ReasonRequired", SandboxFleet.Id(result.TerminatingError!));
    }

    /// <summary>Runs a plan, and leaves the run as soon as every host is at work.</summary>
    private async Task LeaveAsync(ChangePlan plan)
    {
        using var gone = new CancellationTokenSource();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var run = new RolloutRun(Services.Run(plan, _ => { }, default, [], false), plan);
        var running = Task.Run(async () =>
        {
            await foreach (var result in run.RunAsync(default, gone.Token))
            {
                Assert.Fail($"{result.Name} is {result.Outcome}");
            }
        });
        while ((await SandboxTally.HostsAsync(_connection.Sandbox!)).Executions < plan.Hosts.Count)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    /// <summary>The plan that follows a plan: every host from where that one brought it to a commit.</summary>
    private static ChangePlan Back(ChangePlan plan, string commit)
    {
        HostPlan[] hosts = [.. plan.Hosts.Select(host => host with { From = host.To, To = commit, IsCurrent = false })];
        return plan with { Hosts = hosts, Waves = [hosts] };
    }

    private static async Task<(IReadOnlyList<DeployResult> Results, FleetException? Failure)> RunAsync(
        RunServices services, ChangePlan plan)
    {
        var run = new RolloutRun(services, plan);
        var results = new List<DeployResult>();
        try
        {
            await foreach (var result in run.RunAsync(default, default))
            {
                results.Add(result);
            }
        }
        catch (FleetException e)
        {
            return (results, e);
        }

        return (results, run.Failure);
    }

    private Task<ChangePlan> PlanAsync(string name) => QuickFleet.PlanAsync(_connection, name);

    private Task<IEnumerable<string?>> RunningAsync() => Task.FromResult(
        _engine.Run("Get-AragoraFleetVersion").Values.Cast<Versions.HostVersion>().Select(v => v.RunningCommit).Distinct());

    private async Task<string> SeenAsync(string text)
    {
        while (true)
        {
            if (_engine.Screen.Lines.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } line)
            {
                return line;
            }

            await Task.Delay(20);
        }
    }

    /// <summary>Holds a run up before its first wave.</summary>
    private sealed class Sleep : IDeployGate
    {
        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Woken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => "sleep";

        public async Task<GateFinding> CheckAsync(GateContext context, CancellationToken cancellationToken)
        {
            if (context.Moment == GateMoment.BeforeWave)
            {
                Begun.SetResult();
                await Woken.Task;
            }

            return GateFinding.Passed;
        }
    }

    /// <summary>A lock whose owner asks no more, as if it had been asked a moment before it was broken.</summary>
    private sealed class Unaware(IHeldLock held) : IHeldLock
    {
        public CancellationToken Lost => CancellationToken.None;

        public long Token(string region) => held.Token(region);

        public Task EnsureHeldAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask DisposeAsync() => held.DisposeAsync();
    }
}
