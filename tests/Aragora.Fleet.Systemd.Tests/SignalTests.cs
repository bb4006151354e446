using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.History;
using Aragora.Fleet.Systemd.Tests.Fleet;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Systemd.Tests;

/// <summary>What is said from another shell to a run on hosts with systemd.</summary>
[Collection(SharedHosts.Name)]
public sealed class SignalTests : IDisposable
{
    private readonly SystemdSession _fleet;
    private readonly string _target;
    private readonly EngineHost _other = EngineHost.Open();

    public SignalTests(SystemdSession fleet)
    {
        (_fleet, _target) = (fleet, fleet.Prepare());
        fleet.Connect(_other);
        _other.SetVariable("git", SystemdSession.Git);
    }

    private string Deploy => $"Invoke-AragoraDeploy $git -Ref {_target} -Wave 1, 100% -SettleTime 0 -Confirm:$false";

    public void Dispose() => _other.Dispose();

    [SystemdSoakFact]
    public async Task A_run_that_waits_after_its_canary_goes_on_once_it_is_approved()
    {
        var run = _other.RunAsync($"{Deploy} -Approve");
        var id = await AwaitCanaryAsync();
        Assert.Equal(1, _fleet.Releases().Values.Count(release => release.Running == _fleet.Commit(_target)));

        _fleet.Succeed($"Approve-AragoraDeploy {id} -Reason 'looks good'");

        Assert.All(SystemdSession.Results(await run), result => Assert.Equal(DeployOutcome.Deployed, result.Outcome));
        Assert.Equal(DeployState.Completed, _fleet.LastRun().State);
    }

    [SystemdSoakFact]
    public async Task A_run_that_is_denied_takes_its_canary_back()
    {
        var before = _fleet.Releases();
        var run = _other.RunAsync($"{Deploy} -Approve");
        var id = await AwaitCanaryAsync();

        _fleet.Succeed($"Deny-AragoraDeploy {id} -Reason 'slow'");

        Assert.Contains("slow", string.Join('\n', (await run).Errors), StringComparison.Ordinal);
        Assert.Equal(before, _fleet.Releases());
        Assert.Equal(DeployState.Reverted, _fleet.LastRun().State);
    }

    [SystemdSoakFact]
    public async Task A_run_that_is_stopped_lets_its_wave_end_and_takes_it_back()
    {
        var before = _fleet.Releases();
        var entered = _fleet.AwaitPhaseAsync("install", SystemdSession.Git);
        var run = _other.RunAsync(Deploy);
        await entered;

        _fleet.Succeed("Get-AragoraFleetLock | Stop-AragoraDeploy -Restore -Reason 'INC-7'");

        var result = await run;
        Assert.Contains("INC-7", string.Join('\n', result.Errors), StringComparison.Ordinal);
        Assert.Equal(2, SystemdSession.Results(result).Count(one => one.Outcome == DeployOutcome.NotStarted));
        Assert.Equal(before, _fleet.Releases());
        Assert.Equal(DeployState.Reverted, _fleet.LastRun().State);
        Assert.Empty(_fleet.Succeed("Get-AragoraFleetLock").Values);
    }

    private async Task<string> AwaitCanaryAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            // There is none yet where no test before it deployed anything.
            if (_fleet.Succeed("Get-AragoraDeploy -Last 1").Values.ToList() is [DeployRecord { State: DeployState.AwaitingApproval } waiting])
                return waiting.DeployId;
            await Task.Delay(TimeSpan.FromMilliseconds(200), limit.Token);
        }
    }
}
