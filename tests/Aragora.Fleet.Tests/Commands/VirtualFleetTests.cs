using Aragora.Fleet.Commands;
using Aragora.Fleet.Health;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Tests.Hosting;
using Aragora.Fleet.Tests.Shell;
using Aragora.Fleet.Versions;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>Virtual hosts answer every cmdlet, and as live ones do.</summary>
public sealed class VirtualFleetTests(SandboxFleet live) : IClassFixture<SandboxFleet>, IDisposable
{
    private readonly EngineHost _engine = EngineHost.Open();

    public void Dispose()
    {
        _engine.Run("Disconnect-AragoraFleet");
        _engine.Dispose();
    }

    [Fact]
    public void Versions_are_those_of_a_live_fleet()
    {
        Connect("-VirtualHost 4");

        Assert.Equal(
            live.Succeed("Get-AragoraFleetVersion").Values.Cast<HostVersion>().OrderBy(version => version.InstanceId),
            Run("Get-AragoraFleetVersion").Values.Cast<HostVersion>().OrderBy(version => version.InstanceId));
    }

    [Fact]
    public void Health_is_that_of_a_live_fleet()
    {
        Connect("-VirtualHost 4");

        Assert.Equal(
            Shape(live.Succeed("Test-AragoraHealth")), Shape(Run("Test-AragoraHealth")));

        static List<string> Shape(EngineResult result) =>
        [
            .. result.Values.Cast<HealthReport>().OrderBy(report => report.InstanceId).Select(report =>
                $"{report.InstanceId} {report.Verdict} {report.Reason} {report.Service} {report.RestartCount} "
                + $"{report.RunningCommit} "
                + string.Join(
                    ' ', report.Endpoints.Select(e => $"{e.Endpoint}={e.Verdict}/{e.StatusCode}/{e.Evidence}"))),
        ];
    }

    [Theory]
    [InlineData("broken-import", "import", "No module named 'aragora.server.router'")]
    [InlineData("broken-crash", "ready", "no handler registered for route '/api/debates'")]
    [InlineData("broken-never-ready", "ready", "not ready within 1 s")]
    [InlineData("degraded", "verify", "degraded, as it was not before")]
    public void A_bad_release_fails_where_it_fails_on_a_live_host(string name, string phase, string reason)
    {
        var script = $"Invoke-AragoraDeploy -Ref {name} -InstanceId {SandboxFleet.ApiServer} "
            + "-ReadyTimeout 0:0:1 -SettleTime 0 -Confirm:$false -ErrorAction SilentlyContinue";
        Connect("-VirtualHost 1");

        var onLive = SandboxFleet.Results(live.Engine.Run(script)).Single();
        var onVirtual = SandboxFleet.Results(_engine.Run(script)).Single();

        Assert.Equal((DeployOutcome.Reverted, phase), (onVirtual.Outcome, onVirtual.Phase));
        Assert.Contains(reason, onVirtual.Reason, StringComparison.Ordinal);
        Assert.Equal(
            (onLive.Outcome, onLive.Phase, onLive.From, onLive.To, onLive.RunningCommit),
            (onVirtual.Outcome, onVirtual.Phase, onVirtual.From, onVirtual.To, onVirtual.RunningCommit));
        Assert.Contains(reason, onLive.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_deploy_can_be_restored()
    {
        Connect("-VirtualHost 6");
        Run("Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 100% -SettleTime 0 -Confirm:$false");

        var restored = SandboxFleet.Results(Run("Restore-AragoraCommit -All -SettleTime 0 -Confirm:$false"));

        Assert.All(restored, result => Assert.Equal(DeployOutcome.Restored, result.Outcome));
        var drifted = Run("Get-AragoraFleetVersion").Values.Cast<HostVersion>().Single(row => row.Drifted == true);
        Assert.Equal((SandboxFleet.Al2023Second, "2.7.0"), (drifted.InstanceId, drifted.PackageVersion));
    }

    [Fact]
    public void Text_of_the_users_own_is_not_run_and_that_is_said()
    {
        Connect("-VirtualHost 2");

        var greeting = Run("Invoke-AragoraCommand -All -Script 'echo hello; uname -n' -Confirm:$false")
            .Values.Cast<CommandResult>();
        Assert.Contains("hello\naragora-api-server\n", greeting.Select(result => result.StandardOutput));

        var refused = _engine.Run(
            $"Invoke-AragoraCommand {SandboxFleet.Api2} -Script 'echo $(id); rm -rf /' -Confirm:$false");
        var result = refused.Values.Cast<CommandResult>().Single();
        Assert.Equal((CommandState.Failed, 126, ""), (result.State, result.ExitCode, result.StandardOutput));
        Assert.StartsWith("a virtual host does not run scripts", result.StandardError, StringComparison.Ordinal);
        Assert.Equal("CommandFailed", SandboxFleet.Id(refused.Errors.Single()));
    }

    [Fact]
    public void Hosts_are_spread_over_regions()
    {
        var info = Connect("-VirtualHost 9 -Region us-east-2, us-west-2, eu-west-1");
        Assert.Equal(["us-east-2", "us-west-2", "eu-west-1"], info.Region);
        Assert.True(info.Virtual);

        var instances = Run("Get-AragoraInstance").Values.Cast<Instance>().ToList();
        Assert.All(instances.CountBy(instance => instance.Region), region => Assert.Equal(3, region.Value));
        Assert.All(instances, instance => Assert.StartsWith(instance.Region, instance.Zone, StringComparison.Ordinal));
        Assert.Equal(9, Run("Get-AragoraFleetVersion").Values.Cast<HostVersion>().Count(row => row.DiskCommit is not null));
    }

    [Theory]
    [InlineData("-VirtualHost 0")]
    [InlineData("-VirtualHost 10001")]
    [InlineData("-VirtualHost 2 -HostCount 2")]
    public void Numbers_that_make_no_fleet_are_refused(string arguments) =>
        Assert.NotNull(_engine.RunToFailure($"Connect-AragoraFleet -Sandbox {arguments}").Exception);

    [Fact]
    public async Task The_tour_passes_on_virtual_hosts()
    {
        var tour = Path.Combine(RepositoryRoot.Path, "docs", "examples", "tour.ps1");

        var result = await ShellProcess.RunAsync("-File", tour, "-VirtualHost", "4");

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.EndsWith("Done; nothing is left behind.\n", result.Output, StringComparison.Ordinal);
    }

    private FleetInfo Connect(string arguments) =>
        (FleetInfo)Run($"Connect-AragoraFleet -Sandbox {arguments}").Values.Single();

    private EngineResult Run(string script)
    {
        var result = _engine.Run(script);
        Assert.True(
            result.Exception is null && result.Errors.Count == 0,
            $"{script}\n{result.Exception}\n{string.Join('\n', result.Errors)}");
        return result;
    }
}
