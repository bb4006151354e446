using Amazon.SimpleSystemsManagement.Model;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests;

/// <summary>systemd, the journal and the application, as scripts see them. Each host serves one test.</summary>
[Collection(SharedSandbox.Name)]
public sealed class ServiceTests(SandboxFixture fixture)
{
    private const string AwaitReady =
        "for i in $(seq 100); do curl -sf -o /dev/null localhost:8080/readyz && break; sleep 0.1; done";

    [Fact]
    public async Task A_restart_gives_a_new_process_that_serves()
    {
        var run = await RunAsync(
            SandboxFixture.Al2023First,
            $"""
            #!/bin/bash
            old=$(systemctl show aragora --property=MainPID)
            systemctl restart aragora
            new=$(systemctl show aragora --property=MainPID)
            [ "$old" != "$new" ] && echo new
            {AwaitReady}
            curl -s -o /dev/null -w '%{"{"}http_code{"}"}\n' localhost:8080/readyz
            systemctl is-active aragora
            systemctl show aragora --property=NRestarts
            systemctl stop aragora; systemctl is-active aragora; echo $?
            systemctl start aragora; systemctl is-active --quiet aragora; echo $?
            systemctl start absent; echo $?
            """);
        Assert.Equal("new\n200\nactive\nNRestarts=0\ninactive\n3\n0\n5\n", run.StandardOutputContent);
        Assert.Contains("Unit absent.service not found.", run.StandardErrorContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_crash_at_start_is_a_loop_that_the_journal_tells_of()
    {
        var run = await RunAsync(
            SandboxFixture.Al2023First,
            $"""
            #!/bin/bash
            cd /opt/aragora
            mkdir -p /etc/systemd/system/aragora.service.d
            printf '[Service]\nRestartSec=0.2\n' > /etc/systemd/system/aragora.service.d/fast.conf
            git fetch -q origin broken-crash && git checkout -q FETCH_HEAD
            venv/bin/python -c "from aragora.server.unified_server import UnifiedServer" && echo imports
            systemctl daemon-reload; systemctl reset-failed; systemctl restart aragora
            for i in $(seq 50); do
              [ "$(systemctl show aragora --property=NRestarts)" = NRestarts=2 ] && break
              sleep 0.1
            done
            systemctl show aragora --property=NRestarts,ExecMainStatus
            journalctl -u aragora -n 20 --no-pager -o cat | grep -c -m1 RuntimeError
            git checkout -q main; rm /etc/systemd/system/aragora.service.d/fast.conf
            systemctl daemon-reload; systemctl stop aragora; systemctl reset-failed; systemctl start aragora
            {AwaitReady}
            systemctl is-active aragora
            """);
        Assert.Equal("imports\nNRestarts=2\nExecMainStatus=1\n1\nactive\n", run.StandardOutputContent);
    }

    [Fact]
    public async Task A_transient_unit_outlives_the_script_that_began_it()
    {
        var begun = await RunAsync(
            SandboxFixture.Al2023First,
            """
            systemd-run --unit=step-1 --description='A step' --setenv="WORD=two words" --property=Type=simple \
              bash -c 'sleep 1; echo "$WORD" > /var/step' && systemctl is-active step-1
            """);
        Assert.Equal(("active\n", "Success"), (begun.StandardOutputContent, begun.StatusDetails));
        Assert.Contains("Running as unit: step-1.service", begun.StandardErrorContent, StringComparison.Ordinal);
        var ended = await RunAsync(
            SandboxFixture.Al2023First,
            "for i in 1 2 3 4 5 6 7 8; do [ -s /var/step ] && break; sleep 0.3; done; cat /var/step; sleep 0.3; "
            + "systemctl show step-1 --property=LoadState");
        Assert.Equal("two words\nLoadState=not-found\n", ended.StandardOutputContent);
    }

    [Theory]
    [InlineData("broken-import", "1 000")]
    [InlineData("broken-never-ready", "0 503")]
    [InlineData("degraded", "0 200")]
    public async Task A_bad_release_is_bad_in_its_own_way(string branch, string outcome)
    {
        var run = await RunAsync(
            SandboxFixture.Api2,
            $"""
            #!/bin/bash
            cd /home/ec2-user/aragora
            git fetch -q origin {branch} && git checkout -q FETCH_HEAD
            venv/bin/python -c "from aragora.server.unified_server import UnifiedServer" 2>/dev/null; import=$?
            systemctl reset-failed; systemctl restart aragora; sleep 1.2
            echo "$import $(curl -s -o /dev/null -w '%{"{"}http_code{"}"}' localhost:8080/readyz)"
            curl -s localhost:8080/api/health | grep -o degraded
            git checkout -q main; systemctl stop aragora; systemctl reset-failed; systemctl start aragora
            {AwaitReady}
            """);
        Assert.Equal(
            branch == "degraded" ? outcome + "\ndegraded\n" : outcome + "\n", run.StandardOutputContent);
    }

    [Fact]
    public async Task The_runbooks_deploy_works_as_pasted()
    {
        var run = await RunAsync(
            SandboxFixture.ApiServer,
            """
            set -e
            export HOME=/root
            cd /home/ec2-user/aragora
            git config --global --add safe.directory /home/ec2-user/aragora
            PREVIOUS_COMMIT=$(git rev-parse HEAD)
            echo "PREVIOUS_COMMIT=$PREVIOUS_COMMIT" > /tmp/aragora_deploy_state
            sudo -u ec2-user git stash --include-untracked || true
            sudo chown -R ec2-user:ec2-user /home/ec2-user/aragora/.git || true
            sudo -u ec2-user git fetch origin main
            sudo -u ec2-user git reset --hard origin/main
            source venv/bin/activate
            pip install -e . --quiet --no-cache-dir
            sudo systemctl daemon-reload
            sudo systemctl restart aragora
            sleep 5
            systemctl is-active --quiet aragora && echo DEPLOY_OK || echo DEPLOY_FAIL
            python -c "from aragora import __version__; print(__version__)"
            """);
        Assert.EndsWith("DEPLOY_OK\n2.9.0\n", run.StandardOutputContent, StringComparison.Ordinal);
        var back = await RunAsync(
            SandboxFixture.ApiServer,
            """
            set -e
            export HOME=/root
            cd /home/ec2-user/aragora
            if [ -f /tmp/aragora_deploy_state ]; then source /tmp/aragora_deploy_state; fi
            sudo -u ec2-user git checkout $PREVIOUS_COMMIT
            source venv/bin/activate
            pip install -e . --quiet --no-cache-dir
            pip show aragora | grep Version
            """);
        Assert.EndsWith("Version: 2.8.0\n", back.StandardOutputContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_host_starts_with_an_older_release()
    {
        var run = await RunAsync(
            SandboxFixture.Al2023Second,
            "git -C /opt/aragora describe --tags; git -C /opt/aragora branch --show-current; "
            + "[ $(git -C /opt/aragora rev-parse HEAD) = $(curl -s localhost:8080/api/health/build | cut -d'\"' -f4) ] "
            + "&& echo same; fuser 8080/tcp >/dev/null && echo held");
        Assert.Equal("v2.7.0\nmain\nsame\nheld\n", run.StandardOutputContent);
    }

    [Fact]
    public async Task Nginx_hands_port_80_on_to_the_application_while_its_unit_runs()
    {
        var run = await RunAsync(
            SandboxFixture.Al2023Second,
            """
            #!/bin/bash
            ask() { curl -s -o /tmp/page -w '%{http_code}\n' "127.0.0.1$1"; }
            ask /readyz
            diff <(curl -s '127.0.0.1/api/health/build?verify=abc') <(curl -s '127.0.0.1:8080/api/health/build?verify=abc') && echo alike
            ask /api/health/deep
            ss | grep -c ':80 '
            systemctl stop aragora; ask /readyz; grep -c 'Bad Gateway' /tmp/page
            systemctl start aragora
            systemctl stop nginx; systemctl is-active nginx; ask /readyz
            systemctl start nginx; systemctl is-active nginx
            kill -9 "$(systemctl show nginx --property=MainPID | cut -d= -f2)"
            for i in $(seq 50); do [ "$(systemctl is-active nginx)" = active ] || break; sleep 0.1; done
            systemctl is-active nginx; ask /healthz
            systemctl restart nginx; nginx -t 2>/dev/null && echo well
            for i in $(seq 100); do [ "$(ask /readyz)" = 200 ] && break; sleep 0.1; done; ask /readyz
            systemctl status nginx | grep -c 'active (running)'
            """);
        Assert.Equal(
            "200\nalike\n401\n1\n502\n2\ninactive\n000\nactive\nfailed\n000\nwell\n200\n1\n", run.StandardOutputContent);
    }

    private Task<GetCommandInvocationResponse> RunAsync(string instanceId, string script) =>
        fixture.Clients.RunAsync(instanceId, script);
}
