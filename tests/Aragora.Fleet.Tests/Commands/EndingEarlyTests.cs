using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>The three ways in which a pipeline ends before its cmdlets do, for reads and for changes.</summary>
public sealed class EndingEarlyTests : IDisposable
{
    // Found again by its name, whatever else this computer runs.
    private readonly string _mark = $"endless-{Guid.NewGuid():N}";
    private readonly SandboxFleet _fleet = new();

    private string Endless => $"exec -a {_mark} sleep 300";

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public async Task Ctrl_C_during_a_read_returns_at_once_and_cancels_the_command()
    {
        _fleet.Engine.SetVariable("text", Endless);

        var result = await _fleet.Engine.RunAsync("Invoke-AragoraCommand -All -Script $text -Confirm:$false", RunningAsync());

        Assert.Equal(System.Management.Automation.PSInvocationState.Stopped, result.State);
        Assert.Empty(result.Output);
        NothingRuns();
    }

    [Fact]
    public void A_downstream_stop_of_a_read_cancels_what_has_not_answered()
    {
        _fleet.Engine.SetVariable("text", $"[ \"$AWS_SSM_INSTANCE_ID\" = {SandboxFleet.Api2} ] || {Endless}");

        var result = _fleet.Engine.Run("Invoke-AragoraCommand -All -Script $text -Confirm:$false | Stop-Upstream 1");

        Assert.Single(result.Output);
        NothingRuns();
    }

    [Fact]
    public void ErrorAction_Stop_of_a_read_cancels_what_has_not_answered()
    {
        _fleet.Engine.SetVariable("text", $"[ \"$AWS_SSM_INSTANCE_ID\" = {SandboxFleet.Api2} ] && exit 7; {Endless}");

        var result = _fleet.Engine.RunToFailure("Invoke-AragoraCommand -All -Script $text -Confirm:$false -ErrorAction Stop");

        Assert.Equal("CommandFailed", SandboxFleet.Id(result.TerminatingError!));
        NothingRuns();
    }

    [Fact]
    public void ErrorAction_Stop_of_a_failing_deploy_fires_after_every_touched_host_is_back()
    {
        var before = _fleet.Releases();
        _fleet.BreakInstall(SandboxFleet.Api2);

        var result = _fleet.Engine.RunToFailure(
            "Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1 -SettleTime 0 -Confirm:$false -ErrorAction Stop");

        Assert.Equal("DeployFailed", SandboxFleet.Id(result.TerminatingError!));
        Assert.Equal(before, _fleet.Releases());
    }

    [Fact]
    public void A_downstream_stop_of_a_failing_deploy_lets_it_take_every_touched_host_back()
    {
        var before = _fleet.Releases();
        _fleet.BreakInstall(SandboxFleet.Api2);

        var result = _fleet.Engine.Run(
            "Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1 -SettleTime 0 -Confirm:$false | Stop-Upstream 1");

        Assert.Equal(DeployOutcome.Reverted, Assert.Single(SandboxFleet.Results(result)).Outcome);
        Assert.Equal(before, _fleet.Releases());
    }

    [Fact]
    public async Task Ctrl_C_during_a_deploy_finishes_the_host_and_prints_how_to_go_on_and_back()
    {
        var before = _fleet.Releases();
        var wanted = _fleet.Commit("v2.9.0");
        var underWay = new TaskCompletionSource();
        using var watch = new Timer(
            _ =>
            {
                if (_fleet.Engine.Screen.Progress.Any(record => record.StatusDescription.StartsWith("wave 1", StringComparison.Ordinal)))
                {
                    underWay.TrySetResult();
                }
            },
            null, 0, 20);

        var result = await _fleet.Engine.RunAsync(
            "Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1 -SettleTime 0:0:1 -Confirm:$false", underWay.Task);

        Assert.Equal(System.Management.Automation.PSInvocationState.Stopped, result.State);
        var after = _fleet.Releases();
        var changed = Assert.Single(after, host => host.Value != before[host.Key]);
        Assert.Equal((wanted, wanted), changed.Value);
        var lines = _fleet.Engine.Screen.Lines;
        var resume = Assert.Single(lines, line => line.Contains("Resume-AragoraDeploy -DeployId ", StringComparison.Ordinal));
        var id = resume.Split("-DeployId ")[1];
        Assert.StartsWith($"WARNING: Stopping {id}: ", lines.First(line => line.Contains("Stop", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains(lines, line => line.EndsWith($"Restore-AragoraCommit -DeployId {id}", StringComparison.Ordinal));
        Assert.Contains($"deploys/{id}", _fleet.Shell("ls -d /var/lib/aragora-fleet/deploys/*"), StringComparison.Ordinal);
    }

    private async Task RunningAsync()
    {
        while (Count() < 4)
        {
            await Task.Delay(50);
        }
    }

    // The hosts' agents kill the cancelled scripts; that the service accepted the cancel does not mean it is done.
    private void NothingRuns() => Assert.True(SpinWait.SpinUntil(() => Count() == 0, TimeSpan.FromSeconds(10)));

    private int Count() => Directory.EnumerateDirectories("/proc").Count(folder =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).StartsWith(_mark, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    });
}
