using Aragora.Fleet.Health;
using Aragora.Fleet.Rollouts.History;
using Aragora.Fleet.Systemd.Tests.Fleet;

namespace Aragora.Fleet.Systemd.Tests;

/// <summary>
/// What befalls a host in the middle of a deploy, for real. When the run has ended and the host is well again, the fleet is at
/// the target, or where it was before; or else the run's record names the command that goes on, and that ends there. Where the
/// host's answer is lost, the run waits for it as long as the service would, which takes minutes.
/// </summary>
[Collection(SharedHosts.Name)]
public sealed class FaultTests
{
    private const string Victim = SystemdSession.Third;

    private readonly SystemdSession _fleet;
    private readonly string _target;

    public FaultTests(SystemdSession fleet) => (_fleet, _target) = (fleet, fleet.Prepare());

    private SystemdHost Host => _fleet.Hosts[Victim];

    [SystemdSoakFact]
    public Task The_host_reboots() => SurviveAsync("install", Host.Reboot, () => { });

    [SystemdSoakFact]
    public Task The_host_is_killed() => SurviveAsync("restart", Host.Kill, () => { });

    [SystemdSoakFact]
    public Task The_network_is_down() => SurviveAsync(
        "install",
        () => _fleet.Shell(Victim, "ip link set eth0 down"),
        () => _fleet.Shell(Victim, "ip link set eth0 up; ip route add default via 172.31.0.1"));

    [SystemdFact]
    public Task The_disk_is_full() => SurviveAsync(
        "install",
        () => _fleet.Shell(Victim, "head -c 1g /dev/zero >/var/filler || true"),
        () => _fleet.Shell(Victim, "rm -f /var/filler"));

    [SystemdSoakFact]
    public Task The_port_is_stolen() => SurviveAsync(
        "restart",
        () => _fleet.Shell(Victim, $"systemd-run -q --unit=thief python3 -c '{Thief}'"),
        () => _fleet.Shell(Victim, "systemctl stop thief; systemctl restart aragora"));

    [SystemdFact]
    public Task The_service_crashes_at_every_start() => SurviveAsync(
        "ready",
        () => _fleet.Shell(Victim, "echo broken-crash >/opt/aragora/.nomic/fault; systemctl kill -s KILL aragora"),
        () => _fleet.Shell(Victim, "rm /opt/aragora/.nomic/fault; systemctl restart aragora"));

    // It tries until the service lets go of the port, and never answers.
    private const string Thief =
        """
        import socket, time
        thief = socket.socket()
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        while True:
            try:
                thief.bind(("0.0.0.0", 8080))
                break
            except OSError:
                pass
        thief.listen()
        time.sleep(3600)
        """;

    private async Task SurviveAsync(string phase, Action strike, Action heal)
    {
        var before = _fleet.Releases();
        var wanted = _fleet.Commit(_target);
        var struck = StrikeAsync();

        await _fleet.Engine.RunAsync(
            $"Invoke-AragoraDeploy $git -Ref {_target} -Wave 100% -SettleTime 0:0:1 -ReadyTimeout 0:0:5 -Confirm:$false");
        await struck;
        heal();
        await _fleet.AwaitServingAsync(Victim);

        var record = _fleet.LastRun();
        if (record.Next is { } next)
            _fleet.Engine.Run($"{next} -LockWait 0:1:0 -Confirm:$false");
        var end = _fleet.Releases();
        var isAtTarget = end.Values.All(release => release == (wanted, wanted));
        Assert.True(
            isAtTarget || end.All(host => host.Value == before[host.Key]),
            $"{record.State}, {record.Next}: {string.Join(", ", end.Select(host => $"{host.Key} {host.Value}"))}");
        if (record.Next is null)
            Assert.Equal(isAtTarget ? DeployState.Completed : DeployState.Reverted, record.State);
        Assert.All(
            _fleet.Succeed("Test-AragoraHealth $git").Values.Cast<HealthReport>(),
            report => Assert.Equal(Verdict.Healthy, report.Verdict));
        Assert.Empty(_fleet.Succeed("Get-AragoraFleetLock").Values);

        async Task StrikeAsync()
        {
            await _fleet.AwaitPhaseAsync(phase, Victim);
            strike();
        }
    }
}
