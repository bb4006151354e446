using Aragora.Fleet.Ports;
using Aragora.Fleet.PowerShell.Loading;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.History;
using Aragora.Fleet.Tests.Hosting;
using Aragora.Fleet.Versions;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>A run that waits after its canary, and the shell of somebody else who tells it what to do.</summary>
public sealed class OtherShellTests : IDisposable
{
    private readonly LockFleet _fleet = new();
    private readonly EngineHost _other = EngineHost.Open();

    public void Dispose()
    {
        _other.Run("Disconnect-AragoraFleet");
        _other.Dispose();
        _fleet.Dispose();
    }

    [Theory]
    [InlineData("Approve-AragoraDeploy", DeployOutcome.Deployed, DeployOutcome.Deployed)]
    [InlineData("Deny-AragoraDeploy", DeployOutcome.Restored, DeployOutcome.NotStarted)]
    [InlineData("Stop-AragoraDeploy -Restore", DeployOutcome.Restored, DeployOutcome.NotStarted)]
    [InlineData("Stop-AragoraDeploy", DeployOutcome.Deployed, DeployOutcome.NotStarted)]
    public async Task It_does_what_it_is_told_and_gives_the_lock_back(
        string cmdlet, DeployOutcome canary, DeployOutcome rest)
    {
        Connect();
        var run = _fleet.Engine.RunAsync(
            "Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1 -Approve -SettleTime 0 -BakeTime 0 -Confirm:$false -ErrorAction SilentlyContinue");
        SpinWait.SpinUntil(
            () => _other.Run("Get-AragoraFleetVersion").Values.Cast<HostVersion>()
                .DistinctBy(version => version.RunningCommit).Count() == 2,
            TimeSpan.FromSeconds(30));

        var told = _other.Run($"Get-AragoraFleetLock | {cmdlet} -Reason 'INC-7'");
        Assert.True(told.Errors.Count == 0, string.Join('\n', told.Errors));
        Assert.Single(told.Output);

        var outcomes = (await run).Values.OfType<DeployResult>().Select(result => result.Outcome).Order().ToList();
        Assert.Equal(new[] { canary, rest }.Order(), outcomes);
        Assert.Empty(await _fleet.ListAsync("production"));
        Assert.DoesNotContain(
            (await _fleet.Store.ListAsync(LockFleet.Region, "/aragora-fleet/production", CancellationToken.None)).Items,
            item => item.Name.Contains("/deploys/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_is_told_as_waiting_until_somebody_runs_the_command_that_is_told_to_come_next()
    {
        Connect();
        var run = _fleet.Engine.RunAsync("Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1 -Approve -SettleTime 0 -BakeTime 0 -Confirm:$false");
        DeployRecord? told = null;
        Assert.True(SpinWait.SpinUntil(() => (told = Last())?.State == DeployState.AwaitingApproval, TimeSpan.FromSeconds(60)));

        Assert.Empty(_other.Run(told!.Next!).Errors);

        Assert.NotEqual(DeployState.AwaitingApproval, Last()!.State);
        Assert.All(SandboxFleet.Results(await run), result => Assert.Equal(DeployOutcome.Deployed, result.Outcome));
        Assert.Equal((DeployState.Completed, null), (Last()!.State, Last()!.Next));

        DeployRecord? Last() => _other.Run("Get-AragoraDeploy -Last 1").Values.OfType<DeployRecord>().SingleOrDefault();
    }

    // The second shell has a connection of its own, as one on another machine would.
    private void Connect()
    {
        var here = _fleet.Connection;
        _other.InSession(() => FleetSession.Set(new FleetConnection
        {
            Environment = here.Environment,
            Regions = here.Regions,
            Settings = here.Settings,
            Identity = here.Identity,
            Backend = ModulePlugins.Backend.Instance.Create(
                new BackendOptions { EndpointUrl = here.Endpoint, AccessKey = here.Sandbox!.AccessKey }),
        }));
    }
}
