using System.Diagnostics;
using Amazon.SimpleSystemsManagement.Model;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests;

/// <summary>The agent: how scripts run, and what is reported of them.</summary>
[Collection(SharedSandbox.Name)]
public sealed class ScriptTests(SandboxFixture fixture)
{
    private SandboxClients Clients => fixture.Clients;

    [Fact]
    public async Task A_script_runs_as_the_agent_runs_it()
    {
        var run = await RunAsync(
            """
            #!/bin/bash
            echo "$PWD ${HOME-none} ${USER-none} $AWS_SSM_INSTANCE_ID $AWS_SSM_REGION_NAME $SSM_COMMAND_ID"
            readlink /proc/self/fd/0
            test -r "$0" && basename "$0"
            uname -n
            """);
        Assert.Equal(
            $"/usr/bin none none {SandboxFixture.ApiServer} us-east-2 {run.CommandId}\n"
            + "/dev/null\n_script.sh\naragora-api-server\n",
            run.StandardOutputContent);
        Assert.Equal(0, run.ResponseCode);
        Assert.Matches(@"^PT[\d.]+S$", run.ExecutionElapsedTime);
        Assert.EndsWith("Z", run.ExecutionStartDateTime, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_194_reboots_and_runs_the_script_again()
    {
        var run = await Clients.RunAsync(
            SandboxFixture.Api2,
            """
            test -e /var/rebooted && { test -e /tmp/before; echo "tmp kept: $?"; exit 0; }
            touch /var/rebooted /tmp/before
            exit 194
            """);
        Assert.Equal(("Success", "tmp kept: 1\n"), (run.StatusDetails, run.StandardOutputContent));
    }

    [Theory]
    [InlineData(3000, 0, "\n---Output truncated---")]
    [InlineData(3000, 3000, "\n---Error truncated----")]
    [InlineData(10, 3000, "\n---Error truncated----")]
    public async Task Lists_show_2500_bytes(int stdout, int stderr, string end)
    {
        var run = await RunAsync(
            $"head -c {stdout} /dev/zero | tr '\\0' x; head -c {stderr} /dev/zero | tr '\\0' e >&2");
        var list = await Clients.Ssm.ListCommandInvocationsAsync(
            new ListCommandInvocationsRequest { CommandId = run.CommandId, Details = true });
        var output = list.CommandInvocations.Single().CommandPlugins.Single().Output;
        Assert.Equal(2500, output.Length);
        Assert.EndsWith(end, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_takes_too_long_is_killed_with_its_group()
    {
        var run = await RunAsync("echo begun; sleep 301 & sleep 302", seconds: 5);
        Assert.Equal(("ExecutionTimedOut", 137), (run.StatusDetails, run.ResponseCode));
        Assert.Equal("begun\n", run.StandardOutputContent);
        var left = await RunAsync("ps -eo args 2>/dev/null | grep -c '^sleep 30[12]' || true");
        Assert.Equal("0\n", left.StandardOutputContent);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    public async Task A_running_script_can_be_cancelled(int delayMilliseconds)
    {
        var watch = Stopwatch.StartNew();
        var id = await Clients.SendAsync(SandboxFixture.ApiServer, "sleep 60");
        await Task.Delay(delayMilliseconds);
        await Clients.Ssm.CancelCommandAsync(new CancelCommandRequest { CommandId = id });
        var run = await Clients.AwaitEndAsync(id, SandboxFixture.ApiServer);
        Assert.Equal("Cancelled", run.StatusDetails);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10));
        await Assert.ThrowsAsync<InvalidCommandIdException>(() => Clients.Ssm.CancelCommandAsync(
            new CancelCommandRequest { CommandId = Guid.NewGuid().ToString() }));
    }

    // amazon-ssm-agent, appconfig, CommandWorkersLimit.
    [Fact]
    public async Task Five_scripts_run_at_a_time_and_the_sixth_waits()
    {
        var ids = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            ids.Add(await Clients.SendAsync(SandboxFixture.Al2023Second, "sleep 1.5"));
        }

        var runs = await Task.WhenAll(ids.Select(id => Clients.AwaitEndAsync(id, SandboxFixture.Al2023Second)));
        var times = runs
            .Select(run => (Begin: run.ExecutionStartDateTime, End: run.ExecutionEndDateTime))
            .OrderBy(run => run.Begin, StringComparer.Ordinal)
            .ToList();
        var firstEnd = times.Min(run => run.End)!;
        Assert.True(string.CompareOrdinal(times[4].Begin, firstEnd) < 0, "Five did not run at a time.");
        Assert.True(string.CompareOrdinal(times[5].Begin, firstEnd) >= 0, "Six ran at a time.");
    }

    [Fact]
    public async Task A_script_cannot_reach_the_machine()
    {
        var onMachine = Path.Combine(Path.GetTempPath(), $"machine-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(onMachine, "machine");
        try
        {
            var run = await RunAsync(
                $"""
                test ! -e {onMachine} && echo hidden
                echo host > {onMachine}
                touch /usr/x 2>/dev/null || echo read-only
                mount -o remount,bind,rw /usr 2>/dev/null || echo locked
                echo x 2>/dev/null >> /usr/bin/sh || echo sh-safe
                (echo x > /proc/sys/kernel/core_pattern) 2>/dev/null || echo kernel-safe
                """);
            Assert.Equal("hidden\nread-only\nlocked\nsh-safe\nkernel-safe\n", run.StandardOutputContent);
            Assert.Equal("machine", await File.ReadAllTextAsync(onMachine));
        }
        finally
        {
            File.Delete(onMachine);
        }
    }

    [Fact]
    public async Task A_host_has_a_network_of_its_own()
    {
        var run = await RunAsync("readlink /proc/self/ns/net");
        Assert.StartsWith("net:[", run.StandardOutputContent, StringComparison.Ordinal);
        Assert.NotEqual(
            new FileInfo("/proc/self/ns/net").LinkTarget, run.StandardOutputContent.TrimEnd());
    }

    [Fact]
    public async Task What_one_host_pushes_another_fetches()
    {
        var pushed = await RunAsync(
            """
            set -e
            export HOME=/root
            git clone -q /srv/git/aragora.git /tmp/work && cd /tmp/work
            git -c user.name=t -c user.email=t@example.com commit -q --allow-empty -m pushed
            git push -q origin HEAD:refs/heads/pushed
            git rev-parse HEAD
            """);
        Assert.Equal("Success", pushed.StatusDetails);
        var seen = await Clients.RunAsync(
            SandboxFixture.Api2,
            "git -C /home/ec2-user/aragora ls-remote origin refs/heads/pushed | cut -f1");
        Assert.Equal(pushed.StandardOutputContent, seen.StandardOutputContent);
    }

    private Task<GetCommandInvocationResponse> RunAsync(string script, int seconds = 30) =>
        Clients.RunAsync(SandboxFixture.ApiServer, script, seconds);
}
