using System.Diagnostics;
using Amazon.SimpleSystemsManagement.Model;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;
using Aragora.Fleet.Sandboxes;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests.Faults;

/// <summary>What goes wrong within live hosts, at once or when a step reaches a phase.</summary>
public sealed class LiveFaultTests : IAsyncLifetime, IDisposable
{
    private const string Id = SandboxFixture.ApiServer;
    private const string AwaitReady =
        "for i in $(seq 100); do curl -sf -o /dev/null localhost:8080/readyz && break; sleep 0.1; done";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private ISandbox _sandbox = null!;
    private SandboxClients _clients = null!;

    private SandboxControl Control => SandboxControl.Of(_sandbox.Endpoint, _sandbox.ControlToken);

    public async Task InitializeAsync()
    {
        _sandbox = await new SandboxFactory().StartAsync(new SandboxOptions { HostCount = 1 }, CancellationToken.None);
        _clients = new SandboxClients(_sandbox);
    }

    public async Task DisposeAsync() => await _sandbox.DisposeAsync();

    public void Dispose() => _clients.Dispose();

    [Fact]
    public async Task A_full_disk_takes_nothing_more_until_the_fault_is_ended()
    {
        const string Write = """
            for place in /home/ec2-user/aragora /var/lib/aragora-fleet; do
              dd if=/dev/zero of=$place/new bs=64k count=1 2>/dev/null && echo written; rm -f $place/new
            done
            df -Pk /var/lib/aragora-fleet | awk 'NR == 2 { print ($4 > 100000 ? "roomy" : "full") }'
            """;
        Assert.Equal("written\nwritten\nroomy\n", await ShellAsync(Write));

        await SetAsync(SandboxFaultKind.DiskFull);
        Assert.Equal("full\n", await ShellAsync(Write));
        Assert.Equal("200", await ShellAsync("curl -s -o /dev/null -w '%{http_code}' localhost:8080/readyz"));

        Assert.Empty(await Control.ClearAsync(SandboxFaultKind.DiskFull, CancellationToken.None));
        Assert.Equal("written\nwritten\nroomy\n", await ShellAsync(Write));
    }

    [Fact]
    public async Task A_reset_kills_all_and_starts_the_service_from_disk_and_no_transient_unit()
    {
        await ShellAsync(
            "systemd-run --unit=step-1 bash -c 'trap \"echo ended >/var/word\" EXIT TERM; sleep 60; true'; "
            + "touch /tmp/gone /var/stays; git -C /home/ec2-user/aragora reset -q --hard v2.7.0; sleep 0.2");
        var before = await ShellAsync("cat /proc/sys/kernel/random/boot_id");

        await SetAsync(SandboxFaultKind.HostReboot);

        Assert.Equal(
            "LoadState=not-found\n/var/stays\nAragora 2.7.0\n",
            await ShellAsync($"""
                {AwaitReady}
                systemctl show step-1 --property=LoadState
                ls /tmp/gone /var/stays /var/word 2>/dev/null
                journalctl -u aragora -o cat | grep -o 'Aragora 2[0-9.]*' | tail -n 1
                """));
        Assert.NotEqual(before, await ShellAsync("cat /proc/sys/kernel/random/boot_id"));
        Assert.Empty(await Control.ClearAsync(SandboxFaultKind.SlowHost, CancellationToken.None));
    }

    [Fact]
    public async Task A_service_that_is_killed_comes_back_and_one_in_a_crash_loop_does_not()
    {
        const string State = "systemctl show aragora --property=SubState";
        await ShellAsync("mkdir -p /etc/systemd/system/aragora.service.d; printf '[Service]\\nRestartSec=0.3\\n' "
            + ">/etc/systemd/system/aragora.service.d/fast.conf; systemctl daemon-reload");
        var process = await ShellAsync("systemctl show aragora --property=MainPID");

        await SetAsync(SandboxFaultKind.ServiceKilled);
        Assert.Equal("SubState=running\n", await ShellAsync($"sleep 1; {AwaitReady}\n{State}"));
        Assert.NotEqual(process, await ShellAsync("systemctl show aragora --property=MainPID"));

        await SetAsync(SandboxFaultKind.CrashLoop, fault => fault with { Delay = TimeSpan.FromSeconds(30) });
        Assert.Equal("down\n", await ShellAsync($"sleep 1; curl -sf localhost:8080/readyz || echo down"));
        await Control.ClearAsync(null, CancellationToken.None);
        Assert.Equal("SubState=running\n", await ShellAsync($"systemctl reset-failed; systemctl restart aragora; {AwaitReady}\n{State}"));
    }

    [Theory]
    [InlineData("install", "d-1-deploy", "moved 1", true)]
    [InlineData("back/install", "d-1-deploy", "moved 1", false)]
    [InlineData("back/install", "d-1-back-2", "moved 1", true)]
    [InlineData("revert/install", "d-1-deploy", "moved 1", false)]
    [InlineData("revert/install", "d-1-deploy", "reverting 1", true)]
    [InlineData("ready", "d-1-deploy", "moved 1", false)]
    public async Task A_fault_with_a_phase_strikes_when_a_step_enters_it(string phase, string step, string fact, bool strikes)
    {
        var facts = $"/var/lib/aragora-fleet/steps/{step}/facts";
        await ShellAsync($"mkdir -p {Path.GetDirectoryName(facts)}; echo 'phase {phase.Split('/')[^1]}' >{facts}");
        var boot = await ShellAsync("cat /proc/sys/kernel/random/boot_id");
        await SetAsync(SandboxFaultKind.HostReboot, fault => fault with { Phase = phase });
        await Task.Delay(100);
        Assert.Equal(boot, await ShellAsync("cat /proc/sys/kernel/random/boot_id"));

        await ShellAsync($"(sleep 0.2; printf '{fact}\\nphase install\\n' >>{facts}) >/dev/null 2>&1 & ");

        if (strikes)
        {
            // A command that the reboot meets is never answered, so the host is asked after it.
            await UntilAsync(async () => (await Control.ClearAsync(SandboxFaultKind.SlowHost, CancellationToken.None)).Count == 0);
            Assert.NotEqual(boot, await ShellAsync("cat /proc/sys/kernel/random/boot_id"));
        }
        else
        {
            await Task.Delay(600);
            Assert.Equal(boot, await ShellAsync("cat /proc/sys/kernel/random/boot_id"));
            Assert.Equal(phase, Assert.Single(await Control.ClearAsync(SandboxFaultKind.SlowHost, CancellationToken.None)).Phase);
        }
    }

    [Fact]
    public async Task An_agent_can_go_at_a_phase_and_comes_back_when_the_fault_is_ended()
    {
        await SetAsync(SandboxFaultKind.AgentOffline, fault => fault with { Phase = "restart" });
        await ShellAsync("(sleep 0.5; mkdir -p /var/lib/aragora-fleet/steps/x; echo 'phase restart' >/var/lib/aragora-fleet/steps/x/facts) >/dev/null 2>&1 &");
        await UntilAsync(async () =>
            (await Control.ClearAsync(SandboxFaultKind.SlowHost, CancellationToken.None)).Single().Phase is null);

        var silent = await _clients.SendAsync(Id, "echo back");
        await Task.Delay(300);
        Assert.False(silent.Length == 0 || await IsOverAsync(silent));
        await Control.ClearAsync(SandboxFaultKind.AgentOffline, CancellationToken.None);

        Assert.Equal("back\n", (await _clients.AwaitEndAsync(silent, Id)).StandardOutputContent);
    }

    [Fact]
    public async Task A_lasting_fault_names_its_phase_only_as_long_as_it_waits_for_it()
    {
        await SetAsync(SandboxFaultKind.DiskFull, fault => fault with { Phase = "restart" });
        Assert.Equal("restart", Assert.Single(await Control.ClearAsync(SandboxFaultKind.SlowHost, CancellationToken.None)).Phase);

        await ShellAsync("mkdir -p /var/lib/aragora-fleet/steps/x; echo 'phase restart' >/var/lib/aragora-fleet/steps/x/facts");
        await UntilAsync(async () =>
            (await Control.ClearAsync(SandboxFaultKind.SlowHost, CancellationToken.None)).Single().Phase is null);
    }

    [Theory]
    [InlineData(SandboxFaultKind.Throttling, "install", "no phase")]
    [InlineData(SandboxFaultKind.HostReboot, "/", "a phase of a step")]
    public async Task What_has_no_phase_is_refused(SandboxFaultKind kind, string phase, string message)
    {
        var refused = await Assert.ThrowsAsync<FleetException>(
            () => SetAsync(kind, fault => fault with { Phase = phase }));

        Assert.Equal(FailureKind.RequestRejected, refused.Kind);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    private async Task<bool> IsOverAsync(string command) =>
        (await _clients.Ssm.ListCommandInvocationsAsync(
            new ListCommandInvocationsRequest { CommandId = command })).CommandInvocations
            .TrueForAll(row => row.Status.Value is not ("Pending" or "InProgress"));

    private Task<IReadOnlyList<SandboxFault>> SetAsync(
        SandboxFaultKind kind, Func<SandboxFault, SandboxFault>? change = null)
    {
        var fault = new SandboxFault { Kind = kind, InstanceIds = [Id] };
        return Control.SetAsync(change is null ? fault : change(fault), CancellationToken.None);
    }

    private async Task<string> ShellAsync(string script) => (await _clients.RunAsync(Id, script)).StandardOutputContent;

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var waited = Stopwatch.StartNew(); !await condition(); await Task.Delay(50))
        {
            Assert.True(waited.Elapsed < s_patience, "The condition did not come true.");
        }
    }
}
