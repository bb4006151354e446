using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Plans;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>A plan is an object; what was shown is applied, or refused by name of what moved. On live hosts.</summary>
public sealed class DeployPlanTests : IDisposable
{
    private readonly SandboxFleet _fleet = new();

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public void A_plan_tells_the_commits_between_and_touches_nothing()
    {
        var before = _fleet.Releases();
        var wanted = _fleet.Commit("v2.9.0");
        var status = _fleet.Shell("git -C /home/ec2-user/aragora for-each-ref | cksum; ls -la --time-style=full-iso /home/ec2-user/aragora/.git");

        var plan = Plan("-Ref v2.9.0 -All");

        Assert.Equal((RolloutKind.Deploy, wanted, "production"), (plan.Kind, plan.Target, plan.Environment));
        Assert.Equal(4, plan.Hosts.Count);
        Assert.All(plan.Hosts, host =>
        {
            Assert.Equal(before[host.InstanceId].Running, host.From);
            Assert.Equal(plan.Target, host.To);
            Assert.Empty(host.Warnings);
        });
        var far = plan.Hosts.Single(host => host.InstanceId == SandboxFleet.Al2023Second).Changes!;
        Assert.Equal((2, 0, false, false), (far.Ahead, far.Behind, far.RequirementsChange, far.MigrationsChange));
        Assert.Equal(
            ["Release 2.9.0: faster debates", "Release 2.8.0: health probes"], far.Subjects.Select(subject => subject[10..]));
        Assert.Equal(before, _fleet.Releases());
        Assert.Equal(
            status,
            _fleet.Shell("git -C /home/ec2-user/aragora for-each-ref | cksum; ls -la --time-style=full-iso /home/ec2-user/aragora/.git"));
    }

    [Fact]
    public void What_was_shown_is_applied_and_a_plan_is_used_up_by_it()
    {
        var plan = Plan("-Ref v2.9.0 -All -Wave 2 -SettleTime 0 -Reason CHG-1");

        var results = SandboxFleet.Results(_fleet.Succeed("$plan | Invoke-AragoraDeploy -Confirm:$false"));

        Assert.All(results, result => Assert.Equal((DeployOutcome.Deployed, plan.DeployId), (result.Outcome, result.DeployId)));
        Assert.Equal(
            plan.Hosts.Select(host => (host.InstanceId, host.Wave)).Order(),
            results.Select(result => (result.InstanceId, result.Wave)).Order());
        Assert.Contains("CHG-1", _fleet.Shell("tail -n 1 /var/lib/aragora-fleet/ledger"));
        Refused("$plan | Invoke-AragoraDeploy -Confirm:$false", FailureKind.PlanInvalid, "applied already");
    }

    [Fact]
    public void WhatIf_of_a_plan_shows_that_plan_and_leaves_it_to_be_applied()
    {
        var plan = Plan("-Ref v2.9.0 -All -SettleTime 0");

        var shown = _fleet.Succeed("Invoke-AragoraDeploy -Plan $plan -WhatIf");

        Assert.Empty(shown.Output);
        Assert.Contains(plan.ToString(), string.Join('\n', _fleet.Engine.Screen.Lines.Concat(shown.Information)));
        Assert.Equal(4, SandboxFleet.Results(_fleet.Succeed("Invoke-AragoraDeploy -Plan $plan -Confirm:$false")).Count);
    }

    [Fact]
    public void A_host_that_runs_something_else_meanwhile_refuses_the_plan_by_its_name()
    {
        var plan = Plan("-Ref v2.9.0 -All");
        _fleet.Succeed($"Invoke-AragoraDeploy -Ref v2.7.0 -InstanceId {SandboxFleet.Api2} -SettleTime 0 -Confirm:$false");
        var before = _fleet.Releases();

        var refusal = Refused("$plan | Invoke-AragoraDeploy -Confirm:$false", FailureKind.PlanStale, SandboxFleet.Api2);

        Assert.Contains($"runs {_fleet.Commit("v2.7.0")[..9]}, not {plan.Hosts[0].From![..9]}", refusal);
        Assert.DoesNotContain(SandboxFleet.ApiServer, refusal);
        Assert.Equal(before, _fleet.Releases());
    }

    [Theory]
    [InlineData("git -C /home/ec2-user/aragora checkout -q v2.7.0", "on disk, not")]
    [InlineData("echo hotfix >> /home/ec2-user/aragora/README.md", "has other local changes")]
    [InlineData(
        "printf '[Service]\\nEnvironment=ARAGORA_MULTI_INSTANCE=true\\n' > /etc/systemd/system/aragora.service.d/x.conf",
        "has other settings in its unit")]
    [InlineData("rm -rf /home/ec2-user/aragora/.git", "cannot be changed any more")]
    public void What_changed_on_a_host_is_named(string change, string expected)
    {
        Plan("-Ref v2.9.0 -All");
        _fleet.Shell(change, SandboxFleet.Api2);

        var refusal = Refused("$plan | Invoke-AragoraDeploy -Confirm:$false", FailureKind.PlanStale, expected);

        Assert.Contains($"1 host(s) are not as the plan of", refusal);
        Assert.Contains($"aragora-api-2 ({SandboxFleet.Api2})", refusal);
    }

    [Fact]
    public void A_canary_that_fell_ill_refuses_the_plan()
    {
        var plan = Plan("-Ref v2.9.0 -All");
        _fleet.Shell("systemctl stop aragora", plan.Waves[0][0].InstanceId);

        Refused("$plan | Invoke-AragoraDeploy -Confirm:$false", FailureKind.PlanStale, "is Unhealthy, not Healthy");
    }

    [Fact]
    public void A_host_of_a_later_wave_that_fell_ill_refuses_a_plan_whose_MinHealthy_it_breaks()
    {
        var plan = Plan("-Ref v2.9.0 -All -Wave 1 -MinHealthy 3");
        _fleet.Shell("systemctl stop aragora", plan.Waves[3][0].InstanceId);

        Refused("$plan | Invoke-AragoraDeploy -Confirm:$false", FailureKind.HostsTooFew, "3 are Healthy now");
    }

    [Fact]
    public void A_plan_that_is_old_but_true_and_whose_ref_moved_on_is_applied()
    {
        var plan = Plan($"-Ref main -InstanceId {SandboxFleet.Api2} -SettleTime 0");
        _fleet.Shell("git -C /srv/git/aragora.git update-ref refs/heads/main v2.8.0", SandboxFleet.ApiServer);

        var result = Assert.Single(SandboxFleet.Results(_fleet.Succeed("$plan | Invoke-AragoraDeploy -Confirm:$false")));

        Assert.Equal((DeployOutcome.Deployed, plan.Target), (result.Outcome, result.RunningCommit));
    }

    [Fact]
    public void A_plan_warns_of_what_would_get_in_the_way()
    {
        _fleet.Shell(
            """
            cd /home/ec2-user/aragora
            git checkout -q --detach
            echo hotfix >> README.md
            echo ARAGORA_ENV=staging > .env
            mkdir -p /etc/systemd/system/aragora.service.d
            printf '[Service]\nEnvironment=ARAGORA_REQUIRE_DISTRIBUTED=true\n' > /etc/systemd/system/aragora.service.d/distributed.conf
            printf '[Service]\nExecStart=/bin/sleep infinity\n' > /etc/systemd/system/aragora-watchdog.service
            systemctl daemon-reload
            systemctl start aragora-watchdog
            """,
            SandboxFleet.Api2);

        var host = Plan("-Ref v2.9.0 -All").Hosts.Single(host => host.InstanceId == SandboxFleet.Api2);

        Assert.Equal(
            [
                PlanWarningKind.LocalChanges, PlanWarningKind.DetachedHead, PlanWarningKind.ContradictingDropIns,
                PlanWarningKind.EnvironmentFileOverrides, PlanWarningKind.Watchdog,
            ],
            host.Warnings.Select(warning => warning.Kind));
        var text = string.Join('\n', host.Warnings);
        Assert.Contains("ARAGORA_SINGLE_INSTANCE of secrets.conf against ARAGORA_REQUIRE_DISTRIBUTED of distributed.conf", text);
        Assert.Contains("/home/ec2-user/aragora/.env: ARAGORA_ENV", text);
        Assert.Contains("aragora-watchdog.service restarts the service by itself", text);
        Assert.DoesNotContain("staging", text);
    }

    [Fact]
    public void A_plan_knows_how_long_the_last_steps_took()
    {
        Assert.Null(Plan("-Ref v2.9.0 -All").ExpectedDuration);
        _fleet.Deploy("v2.9.0");

        var plan = Plan("-Ref v2.8.0 -All -Wave 2 -BakeTime 0:1:0");

        Assert.All(plan.Hosts, host => Assert.InRange(host.ExpectedDuration!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(1)));
        Assert.InRange(plan.ExpectedDuration!.Value, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(4));
    }

    [Fact]
    public void A_command_of_somebody_else_that_is_under_way_is_told()
    {
        _fleet.Succeed($"$sent = Invoke-AragoraCommand {SandboxFleet.Api2} -Script 'sleep 30' -Reason backup -NoWait -Confirm:$false");

        var host = Plan("-Ref v2.9.0 -All").Hosts.Single(host => host.InstanceId == SandboxFleet.Api2);

        var warning = Assert.Single(host.Warnings);
        Assert.Equal(PlanWarningKind.CommandUnderWay, warning.Kind);
        Assert.Contains("backup", warning.Text);
    }

    private ChangePlan Plan(string arguments) =>
        (ChangePlan)_fleet.Succeed($"$global:plan = New-AragoraDeployPlan {arguments}; $plan").Values.Single();

    private string Refused(string script, FailureKind kind, string expected)
    {
        var result = _fleet.Engine.RunToFailure(script);

        Assert.Equal(kind.ToString(), SandboxFleet.Id(result.TerminatingError!));
        Assert.Contains(expected, result.TerminatingError!.Exception.Message);
        return result.TerminatingError.Exception.Message;
    }
}
