using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Locks;
using Aragora.Fleet.Ports;
using Aragora.Fleet.PowerShell.Loading;
using Aragora.Fleet.PowerShell.Session;
using Microsoft.Extensions.Time.Testing;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>Lock-, Unlock-AragoraFleet and Get-AragoraFleetLock, each test in an environment of its own.</summary>
public sealed class LockTests(LockFleet fleet) : IClassFixture<LockFleet>
{
    private readonly string _environment = $"e{Guid.NewGuid():N}";

    private string Place => $"-Environment {_environment}";

    [Fact]
    public async Task A_session_locks_and_unlocks_and_others_see_it()
    {
        var locked = Assert.IsType<FleetLock>(Assert.Single(fleet.Succeed($"Lock-AragoraFleet 'CHG-1' {Place}").Values));
        Assert.Equal(
            (_environment, LockFleet.Region, "CHG-1", "", true, true, false),
            (locked.Environment, locked.Region, locked.Reason, locked.DeployId, locked.IsMine, locked.IsHeld, locked.IsDead));
        Assert.Contains(Environment.MachineName, locked.Owner, StringComparison.Ordinal);
        Assert.Equal(locked.Token, Assert.Single(fleet.Succeed($"Get-AragoraFleetLock {Place}").Values.Cast<FleetLock>()).Token);
        var refused = await Assert.ThrowsAsync<FleetException>(() => fleet.TakeAsync(_environment));
        Assert.Equal(FailureKind.FleetLocked, refused.Kind);

        Assert.Equal("FleetLocked", Failure($"Lock-AragoraFleet 'CHG-2' {Place}"));
        fleet.Succeed($"Unlock-AragoraFleet {Place}");
        Assert.Empty(await fleet.ListAsync(_environment));
        Assert.Equal("LockNotFound", Failure($"Unlock-AragoraFleet {Place}"));
    }

    [Fact]
    public async Task WhatIf_locks_nothing_removes_nothing_and_tells_nobody()
    {
        fleet.Succeed($"Lock-AragoraFleet 'CHG-1' {Place} -WhatIf");
        Assert.Empty(await fleet.ListAsync(_environment));

        fleet.Succeed($"Lock-AragoraFleet 'CHG-1' {Place}; Unlock-AragoraFleet {Place} -WhatIf");
        var own = Assert.Single(await fleet.ListAsync(_environment));
        fleet.Succeed($"Unlock-AragoraFleet {Place} -Token {own.Token} -WhatIf; Unlock-AragoraFleet {Place} -Stale -WhatIf");
        Assert.Single(await fleet.ListAsync(_environment));
        fleet.Succeed($"Unlock-AragoraFleet {Place}");
    }

    [Fact]
    public async Task Who_waits_gets_it_when_it_is_free()
    {
        var other = await fleet.TakeAsync(_environment);
        var told = new TaskCompletionSource();
        var waiting = fleet.Engine.RunAsync($"Lock-AragoraFleet 'CHG-1' {Place} -Wait 0:1:0 -Verbose", onVerbose: line =>
        {
            if (line.Contains("somebody else") && line.Contains("a hotfix"))
                told.TrySetResult();
        });
        await told.Task.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(2, (await fleet.ListAsync(_environment)).Count);
        await other.DisposeAsync();
        var result = await waiting;
        Assert.True(Assert.Single(result.Values.Cast<FleetLock>()).IsMine);
        fleet.Succeed($"Unlock-AragoraFleet {Place}");
    }

    [Fact]
    public async Task Only_what_is_dead_is_stale()
    {
        // Its clock stands still, so it never renews.
        var dead = await fleet.TakeAsync(_environment, ttl: TimeSpan.FromMilliseconds(500), time: new FakeTimeProvider());
        await Eventually(async () => (await fleet.ListAsync(_environment)).All(entry => entry.IsDead));
        var removed = Assert.Single(fleet.Succeed($"Unlock-AragoraFleet {Place} -Stale").Values.Cast<FleetLock>());
        Assert.Equal(("somebody else", true), (removed.Owner, removed.IsDead));
        Assert.Equal(dead.Token(LockFleet.Region), removed.Token);

        await using var living = await fleet.TakeAsync(_environment);
        var left = fleet.Succeed($"Unlock-AragoraFleet {Place} -Stale");
        Assert.Empty(left.Values);
        var told = Assert.Single(left.Warnings);
        Assert.Contains("by somebody else (a hotfix)", told, StringComparison.Ordinal);
        Assert.Contains("dead at ", told, StringComparison.Ordinal);
        await living.EnsureHeldAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Somebody_elses_living_lock_is_removed_only_by_who_says_so()
    {
        await using var held = await fleet.TakeAsync(_environment);
        var token = held.Token(LockFleet.Region);
        Assert.Equal("ConfirmationUnavailable", Failure($"Unlock-AragoraFleet {Place} -Token {token}"));
        await held.EnsureHeldAsync(CancellationToken.None);
        Assert.Equal("LockNotFound", Failure($"Unlock-AragoraFleet {Place} -Token 9999 -ErrorAction Stop"));

        fleet.Succeed($"Get-AragoraFleetLock {Place} | Unlock-AragoraFleet -Confirm:$false");
        var lost = await Assert.ThrowsAsync<FleetException>(() => held.EnsureHeldAsync(CancellationToken.None));
        Assert.Equal(FailureKind.LockLost, lost.Kind);
    }

    [Fact]
    public async Task Ones_own_lock_can_be_named_by_its_token_too()
    {
        fleet.Succeed($"Lock-AragoraFleet 'CHG-1' {Place} | Unlock-AragoraFleet -Confirm:$false");
        Assert.Empty(await fleet.ListAsync(_environment));
        Assert.Equal("LockNotFound", Failure($"Unlock-AragoraFleet {Place}"));
    }

    [Fact]
    public async Task An_empty_pipeline_unlocks_nothing()
    {
        fleet.Succeed($"Lock-AragoraFleet 'CHG-1' {Place}");
        fleet.Succeed($"@() | Unlock-AragoraFleet {Place}");
        Assert.Single(await fleet.ListAsync(_environment));
        fleet.Succeed($"Unlock-AragoraFleet {Place}");
    }

    [Fact]
    public async Task A_run_of_the_session_works_under_its_lock_and_leaves_it()
    {
        fleet.Succeed($"Lock-AragoraFleet 'CHG-1' {Place}");
        var own = fleet.Connection.Locks.Find(_environment)!;
        await using (var loan = await own.UseAsync("d1", CancellationToken.None))
        {
            await loan.EnsureHeldAsync(CancellationToken.None);
            var entry = Assert.Single(await fleet.ListAsync(_environment));
            Assert.Equal((entry.Token, "d1"), (loan.Token(LockFleet.Region), entry.DeployId));
        }

        Assert.Equal("", Assert.Single(await fleet.ListAsync(_environment)).DeployId);
        fleet.Succeed($"Unlock-AragoraFleet {Place}");
    }

    [Fact]
    public async Task A_lock_ends_by_itself_after_its_time_but_not_under_a_run()
    {
        fleet.Succeed($"Lock-AragoraFleet 'CHG-1' {Place} -Ttl 0:0:0.5");
        var own = fleet.Connection.Locks.Find(_environment)!;
        var loan = await own.UseAsync("d1", CancellationToken.None);
        await Eventually(() => Task.FromResult(own.IsOver));
        await loan.EnsureHeldAsync(CancellationToken.None);
        await loan.DisposeAsync();
        Assert.Empty(await fleet.ListAsync(_environment));
        Assert.Equal("LockNotFound", Failure($"Unlock-AragoraFleet {Place}"));
    }

    [Fact]
    public async Task The_end_of_a_session_gives_its_locks_back()
    {
        var here = fleet.Connection;
        var there = new FleetConnection
        {
            Regions = here.Regions,
            Settings = here.Settings,
            Identity = here.Identity,
            Backend = ModulePlugins.Backend.Instance.Create(
                new BackendOptions { EndpointUrl = here.Endpoint, AccessKey = here.Sandbox!.AccessKey }),
        };
        var request = new LockRequest { Environment = _environment, Regions = here.Regions, Owner = "" };
        await new FleetServices(there, Fleet.PowerShell.Completion.SilentLog.Instance)
            .LockSessionAsync(request, life: null, CancellationToken.None);
        Assert.Single(await fleet.ListAsync(_environment));
        await there.DisposeAsync();
        Assert.Empty(await fleet.ListAsync(_environment));
    }

    [Theory]
    [InlineData("Lock-AragoraFleet 'CHG-1' -Ttl 0", "RequestRejected")]
    [InlineData("Lock-AragoraFleet 'CHG-1' -Wait 10", "ParameterArgumentValidationError")]
    [InlineData("Lock-AragoraFleet ''", "ParameterArgumentValidationError")]
    [InlineData("Unlock-AragoraFleet -Token 0", "ParameterArgumentValidationError")]
    [InlineData("Unlock-AragoraFleet -Token 1 -Stale", "AmbiguousParameterSet")]
    public async Task Bad_input_is_refused(string script, string id)
    {
        Assert.Equal(id, Failure($"{script} {Place}"));
        Assert.Empty(await fleet.ListAsync(_environment));
    }

    private static async Task Eventually(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private string Failure(string script)
    {
        var result = fleet.Engine.RunToFailure(script);
        var error = result.TerminatingError ?? (result.Exception as RuntimeException)?.ErrorRecord;
        Assert.True(error is not null, $"{script} did not fail");
        return SandboxFleet.Id(error);
    }
}
