using Aragora.Fleet.Locks;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>What a run that died left of the fleet lock, and what a run that lives has, where there is nothing to do.</summary>
public sealed class RunLockTests : IDisposable
{
    private readonly VirtualSession _fleet = new();
    private readonly FleetLockService _others;

    public RunLockTests()
    {
        var connection = _fleet.Engine.InSession(FleetSession.Require);
        // Their clocks stand still, so they never renew.
        _others = new FleetLockService(connection.Backend.Parameters, new FakeTimeProvider(), SilentLog.Instance, () => 0);
    }

    [Fact]
    public async Task The_dead_lock_of_a_run_that_is_complete_goes_when_it_is_resumed()
    {
        var run = _fleet.Deploy("v2.9.0");
        await DieAsync(run);

        var result = _fleet.Succeed($"Resume-AragoraDeploy {run} -Confirm:$false");

        Assert.Contains(result.Warnings, warning => warning.Contains($"somebody else, deploy {run}", StringComparison.Ordinal));
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task The_dead_lock_of_a_run_goes_with_a_restore_that_finds_all_of_it_back()
    {
        var run = _fleet.Deploy("v2.9.0");
        _fleet.Restore($"-DeployId {run}");
        await DieAsync(run);

        var results = _fleet.Restore($"-DeployId {run}");

        Assert.All(results, result => Assert.Equal(DeployOutcome.AlreadyCurrent, result.Outcome));
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task The_dead_lock_of_a_run_that_went_back_goes_when_it_is_resumed()
    {
        var run = _fleet.Deploy("v2.9.0");
        _fleet.Restore($"-DeployId {run}");
        await DieAsync(run);

        Assert.Equal("DeployComplete", Failure($"Resume-AragoraDeploy {run} -Confirm:$false"));

        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task WhatIf_and_somebody_elses_run_leave_a_dead_lock_where_it_is()
    {
        var run = _fleet.Deploy("v2.9.0");
        await DieAsync(run);
        _fleet.Succeed($"Resume-AragoraDeploy {run} -WhatIf");
        Assert.Single(await ListAsync());
        _fleet.Succeed("Unlock-AragoraFleet -Stale");

        await DieAsync("20260307T030000-abcdef");
        _fleet.Succeed($"Resume-AragoraDeploy {run} -Confirm:$false");
        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task Where_nothing_is_to_be_done_the_run_of_another_is_an_error_all_the_same()
    {
        _fleet.Deploy("v2.9.0");
        await using var living = await TakeAsync("20260307T030000-abcdef", TimeSpan.FromMinutes(5));

        var result = _fleet.Engine.Run("Invoke-AragoraDeploy -Ref v2.9.0 -All -Confirm:$false");

        Assert.All(SandboxFleet.Results(result), host => Assert.Equal(DeployOutcome.AlreadyCurrent, host.Outcome));
        var error = Assert.Single(result.Errors);
        Assert.Equal("FleetLocked", SandboxFleet.Id(error));
        Assert.Contains("somebody else", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("20260307T030000-abcdef", error.Exception.Message, StringComparison.Ordinal);
        var shown = _fleet.Succeed("Invoke-AragoraDeploy -Ref v2.9.0 -All -WhatIf");
        Assert.Contains(shown.Warnings, warning => warning.Contains("20260307T030000-abcdef", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_no_point_is_found_while_another_has_the_lock_that_is_the_error()
    {
        Assert.Equal("NoRollbackPoint", Failure("Restore-AragoraCommit -All -Confirm:$false"));
        await using var living = await TakeAsync("20260307T030000-abcdef", TimeSpan.FromMinutes(5));

        var error = _fleet.Engine.RunToFailure("Restore-AragoraCommit -All -Confirm:$false").TerminatingError!;
        var shown = _fleet.Engine.RunToFailure("Restore-AragoraCommit -All -WhatIf");

        Assert.Equal("FleetLocked", SandboxFleet.Id(error));
        Assert.Contains("20260307T030000-abcdef", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("knows no release to go back to", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal("NoRollbackPoint", SandboxFleet.Id(shown.TerminatingError!));
        Assert.Contains(shown.Warnings, warning => warning.Contains("20260307T030000-abcdef", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_no_point_is_found_after_the_wait_for_the_lock_that_is_the_error() =>
        Assert.Equal("NoRollbackPoint", Failure("Restore-AragoraCommit -All -LockWait 0:0:5 -Confirm:$false"));

    [Fact]
    public async Task Where_nobody_can_be_asked_it_stays_and_that_is_told()
    {
        var run = _fleet.Deploy("v2.9.0");
        await DieAsync(run);

        var result = _fleet.Succeed($"Resume-AragoraDeploy {run}");

        Assert.Contains(result.Warnings, warning => warning.Contains("Unlock-AragoraFleet -Stale", StringComparison.Ordinal));
        Assert.Single(await ListAsync());
    }

    [Theory]
    [InlineData("Resume-AragoraDeploy")]
    [InlineData("Restore-AragoraCommit -DeployId")]
    public async Task A_living_lock_is_never_removed_and_the_run_is_told_to_be_under_way(string command)
    {
        var run = _fleet.Deploy("v2.9.0");
        await using var living = await TakeAsync(run, TimeSpan.FromMinutes(5));

        Assert.Equal("DeployRunning", Failure($"{command} {run} -LockWait 0 -Confirm:$false"));

        Assert.Equal(run, Assert.Single(await ListAsync()).DeployId);
    }

    [Theory]
    [InlineData("Resume-AragoraDeploy")]
    [InlineData("Restore-AragoraCommit -DeployId")]
    public async Task Who_waits_for_the_lock_of_the_run_tells_whose_it_is_and_until_when(string command)
    {
        var run = _fleet.Deploy("v2.9.0");
        await using var living = await TakeAsync(run, TimeSpan.FromMinutes(5));

        var result = _fleet.Engine.RunToFailure($"{command} {run} -LockWait 0:0:2 -Confirm:$false -Verbose");

        Assert.Equal("DeployRunning", SandboxFleet.Id(result.TerminatingError!));
        Assert.Single(result.Verbose, line => line.Contains($"Waiting whether the run {run} lives, until ", StringComparison.Ordinal)
            && line.Contains("by somebody else", StringComparison.Ordinal));
        Assert.Contains(result.Progress, record => record.StatusDescription.Contains(run, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Resume-AragoraDeploy")]
    [InlineData("Restore-AragoraCommit -DeployId")]
    public async Task WhatIf_waits_for_no_lock_and_says_that_the_run_itself_would(string command)
    {
        var run = StopAfterTheCanary();
        await using var living = await TakeAsync(run, TimeSpan.FromMinutes(5));
        var clock = System.Diagnostics.Stopwatch.StartNew();

        foreach (var whatIf in new[] { $"{command} {run} -WhatIf", $"$WhatIfPreference = $true; {command} {run}; $WhatIfPreference = $false" })
        {
            var result = _fleet.Succeed(whatIf);

            Assert.Single(result.Warnings, warning =>
                warning.Contains("by somebody else", StringComparison.Ordinal) && warning.Contains("waits 00:02:00 at most", StringComparison.Ordinal));
        }

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"it took {clock.Elapsed}");
    }

    [Fact]
    public async Task What_was_said_to_a_run_after_its_client_died_is_told_by_its_resumption_and_not_obeyed()
    {
        var run = StopAfterTheCanary();
        await TakeAsync(run, TimeSpan.FromSeconds(4));
        _fleet.Succeed($"Stop-AragoraDeploy {run} -Restore -Reason 'INC-7' -Confirm:$false");

        var result = _fleet.Succeed($"Resume-AragoraDeploy {run} -Confirm:$false");

        Assert.Single(result.Warnings, warning => warning.Contains("said Restore to the attempt before (INC-7)", StringComparison.Ordinal));
        Assert.All(_fleet.Running().Values, running => Assert.Equal(VirtualSession.V290, running));
    }

    [Fact]
    public async Task The_plan_of_a_resumption_that_only_accepts_removes_no_dead_lock_beside_it()
    {
        _fleet.Engine.Run(
            "Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 100% -SettleTime 0 -Approve -Confirm:$false "
            + "-Gate { $global:run = $_.DeployId; $null = Stop-AragoraDeploy $run -Confirm:$false; $true }");
        var run = (string)_fleet.Succeed("$global:run").Values.Single();
        await DieAsync(run);

        var result = _fleet.Succeed($"Resume-AragoraDeploy {run} -WhatIf");

        var shown = string.Join('\n', _fleet.Engine.Screen.Lines.Concat(result.Information));
        Assert.Contains("to watch and accept", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("Remove the dead lock", shown, StringComparison.Ordinal);
    }

    public void Dispose() => _fleet.Dispose();

    private string StopAfterTheCanary()
    {
        _fleet.Engine.Run(
            "Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1, 100% -SettleTime 0 -Confirm:$false "
            + "-Gate { $global:run = $_.DeployId; $null = Stop-AragoraDeploy $run -Confirm:$false; $true }");
        return (string)_fleet.Succeed("$global:run").Values.Single();
    }

    private string Failure(string script) => SandboxFleet.Id(_fleet.Engine.RunToFailure(script).TerminatingError!);

    private async Task DieAsync(string run)
    {
        await TakeAsync(run, TimeSpan.FromMilliseconds(500));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!(await ListAsync()).All(entry => entry.IsDead))
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private Task<HeldLock> TakeAsync(string run, TimeSpan ttl) => _others.TakeAsync(
        new LockRequest { Environment = "production", Regions = [LockFleet.Region], Owner = "somebody else", DeployId = run, Ttl = ttl },
        CancellationToken.None);

    private Task<IReadOnlyList<FleetLock>> ListAsync() =>
        _others.ListAsync("production", [LockFleet.Region], CancellationToken.None);
}
