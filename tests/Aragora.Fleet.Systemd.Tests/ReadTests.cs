using Aragora.Fleet.Commands;
using Aragora.Fleet.Health;
using Aragora.Fleet.History;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Systemd.Tests.Fleet;
using Aragora.Fleet.Tests.Hosting;
using Aragora.Fleet.Versions;

namespace Aragora.Fleet.Systemd.Tests;

/// <summary>The reading cmdlets on hosts with systemd, journald, nginx, git and pip.</summary>
[Collection(SharedHosts.Name)]
public sealed class ReadTests(SystemdSession fleet)
{
    [SystemdFact]
    public void Four_hosts_are_up_each_with_the_shell_of_its_image()
    {
        Assert.Equal(["running", "running", "running", "running"], fleet.Hosts.Keys.Select(
            id => fleet.Shell(id, "systemctl is-system-running")));
        Assert.Equal(["/usr/bin/dash", "/usr/bin/bash", "/usr/bin/dash", "/usr/bin/bash"], fleet.Hosts.Keys.Select(
            id => fleet.Shell(id, "readlink -f /bin/sh")));
    }

    [SystemdFact]
    public void The_session_is_connected_as_to_AWS()
    {
        var info = Assert.IsType<FleetInfo>(Assert.Single(fleet.Succeed("Get-AragoraFleet").Values));

        Assert.Equal(("production", false), (info.Environment, info.Sandbox));
    }

    [SystemdFact]
    public void The_fleet_is_listed()
    {
        var instances = fleet.Succeed("Get-AragoraInstance").Values.Cast<Instance>().ToList();

        Assert.Equal(fleet.Hosts.Keys.Order(), instances.Select(instance => instance.InstanceId).Order());
        Assert.All(instances, instance => Assert.Equal((InstanceState.Running, PingStatus.Online), (instance.State, instance.Ping)));
    }

    [SystemdFact]
    public void Every_host_is_healthy_with_evidence_for_each_endpoint()
    {
        var reports = fleet.Succeed("Test-AragoraHealth").Values.Cast<HealthReport>().ToList();

        Assert.Equal(4, reports.Count);
        Assert.All(reports, report =>
        {
            Assert.Equal((Verdict.Healthy, "active (running)"), (report.Verdict, report.Service));
            Assert.Equal(7, report.Endpoints.Count(endpoint => endpoint.StatusCode is not null));
        });
    }

    [SystemdFact]
    public void A_host_reads_the_token_with_its_own_role()
    {
        var reports = fleet.Succeed("Test-AragoraHealth -TokenSecret 'aragora/production#ARAGORA_HEALTH_TOKEN'")
            .Values.Cast<HealthReport>().ToList();

        Assert.All(reports, report => Assert.All(
            report.Endpoints.TakeLast(5), e => Assert.Equal((Verdict.Healthy, 200), (e.Verdict, e.StatusCode))));
    }

    [SystemdFact]
    public void Health_is_waited_for() =>
        Assert.All(
            fleet.Succeed("Wait-AragoraHealth -Timeout 0:0:20").Values.Cast<HealthReport>(),
            report => Assert.Equal(Verdict.Healthy, report.Verdict));

    [SystemdFact]
    public void Versions_are_those_of_the_checkouts_and_of_the_package()
    {
        fleet.Bring("v2.8.0");

        var versions = fleet.Succeed("Get-AragoraFleetVersion").Values.Cast<HostVersion>().ToDictionary(v => v.InstanceId);

        foreach (var (id, host) in versions.Where(version => version.Key != SystemdSession.Package))
        {
            Assert.Equal(("git", "main", false, "2.8.0"), (host.Mode, host.Branch, host.Dirty, host.PackageVersion));
            var head = fleet.Shell(id, "cd /proc/$(systemctl show aragora -P MainPID)/cwd; git -c safe.directory='*' rev-parse HEAD");
            Assert.Equal(head, host.DiskCommit);
            Assert.Equal(host.DiskCommit, host.RunningCommit);
        }

        var installed = fleet.Shell(SystemdSession.Package, "/opt/aragora/venv/bin/pip show aragora | sed -n 's/^Version: //p'");
        Assert.Equal(("package", installed), (versions[SystemdSession.Package].Mode, versions[SystemdSession.Package].PackageVersion));
    }

    [SystemdFact]
    public void A_script_of_the_user_runs_as_the_agent_would_run_it()
    {
        fleet.Engine.SetVariable("text", "echo \"$(id -un) $(pwd) ${HOME-unset} $AWS_SSM_INSTANCE_ID\"; seq 1 20000; exit 7");
        var result = fleet.Engine.Run("Invoke-AragoraCommand -All -Script $text -Confirm:$false");

        var results = result.Values.Cast<CommandResult>().ToList();
        Assert.Equal(4, results.Count);
        Assert.All(results, one =>
        {
            Assert.Equal(7, one.ExitCode);
            var lines = one.StandardOutput.TrimEnd().Split('\n');
            Assert.Equal($"root /usr/bin /root {one.InstanceId}", lines[0]);
            Assert.Equal("20000", lines[^1]);
        });
    }

    [SystemdFact]
    public void A_command_of_the_past_is_listed_waited_for_and_received()
    {
        fleet.Succeed("$id = @(Invoke-AragoraCommand -All -Script 'echo past' -Confirm:$false)[0].CommandId");

        Assert.Equal(4, fleet.Succeed("Get-AragoraCommand $id").Values.Cast<CommandInvocation>().Count());
        Assert.All(
            fleet.Succeed("Wait-AragoraCommand $id").Values.Cast<IHostIdentity>(),
            result => Assert.Contains(result.InstanceId, fleet.Hosts.Keys));
        Assert.All(
            fleet.Succeed("Receive-AragoraCommand $id").Values.Cast<CommandResult>(),
            result => Assert.Contains("past", result.StandardOutput, StringComparison.Ordinal));
    }

    [SystemdFact]
    public async Task A_command_that_is_stopped_leaves_no_process_behind()
    {
        using var other = EngineHost.Open();
        fleet.Connect(other);
        var running = other.RunAsync($"Invoke-AragoraCommand {SystemdSession.First} -Script 'sleep 4711' -Confirm:$false");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!IsSleeping())
            await Task.Delay(50, limit.Token);

        // Again until it is gone: the lists do not show a command in the first moment after its send.
        while (IsSleeping())
        {
            fleet.Engine.Run($"Get-AragoraCommand -InstanceId {SystemdSession.First} -State Running | Stop-AragoraCommand -Confirm:$false");
            await Task.Delay(50, limit.Token);
        }

        Assert.NotEmpty((await running).Errors);

        bool IsSleeping() => fleet.Shell(SystemdSession.First, "pgrep -f '^sleep 4711' || true").Length > 0;
    }
}
