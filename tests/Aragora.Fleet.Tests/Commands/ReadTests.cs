using Aragora.Fleet.Health;
using Aragora.Fleet.Versions;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>The reading cmdlets, through the SDK, on hosts that execute the scripts.</summary>
public sealed class ReadTests(SandboxFleet fleet) : IClassFixture<SandboxFleet>
{
    [Fact]
    public void The_fleet_is_listed_and_joined_with_systems_manager()
    {
        var instances = fleet.Succeed("Get-AragoraInstance").Values.Cast<Instance>().ToList();

        Assert.Equal(4, instances.Count);
        Assert.All(instances, instance =>
        {
            Assert.Equal((InstanceState.Running, PingStatus.Online), (instance.State, instance.Ping));
            Assert.Equal(("production", "us-east-2"), (instance.Environment, instance.Region));
            Assert.NotNull(instance.AgentVersion);
            Assert.NotNull(instance.Platform);
            Assert.NotNull(instance.ImageId);
            Assert.NotNull(instance.LaunchTime);
            Assert.NotNull(instance.PrivateIpAddress);
            Assert.NotNull(instance.Zone);
        });
    }

    [Theory]
    [InlineData("-Name aragora-al2023*", 2)]
    [InlineData("-Name aragora-api-2", 1)]
    [InlineData("-Name nothing*", 0)]
    [InlineData("i-016b3e32625bf967e", 1)]
    [InlineData("-Tag @{ Role = 'primary' }", 2)]
    [InlineData("-State Terminated", 1)]
    [InlineData("-State Running, Terminated", 5)]
    [InlineData("-Region us-east-2, us-east-1", 4)]
    public void Instances_are_chosen_by_name_id_tag_state_and_region(string arguments, int expected) =>
        Assert.Equal(expected, fleet.Succeed($"Get-AragoraInstance {arguments}").Output.Count);

    [Fact]
    public void A_machine_that_is_gone_is_shown_when_it_is_asked_for_by_id()
    {
        var gone = fleet.Succeed($"Get-AragoraInstance {SandboxFleet.Terminated}").Values.Cast<Instance>().Single();

        Assert.Equal(InstanceState.Terminated, gone.State);
    }

    [Fact]
    public void Health_is_a_verdict_with_evidence_for_each_endpoint()
    {
        var reports = fleet.Succeed("Get-AragoraInstance | Test-AragoraHealth").Values.Cast<HealthReport>().ToList();

        Assert.Equal(4, reports.Count);
        Assert.All(reports, report =>
        {
            Assert.Equal(Verdict.Healthy, report.Verdict);
            Assert.Equal("active (running)", report.Service);
            Assert.NotNull(report.RunningCommit);
            Assert.Equal(
                ["health", "healthz", "readyz", "dependencies", "build", "openapi", "auth", "detailed", "deep", "stores", "database"],
                report.Endpoints.Select(endpoint => endpoint.Endpoint));
            Assert.NotNull(report.Endpoints[0].Timestamp);
            Assert.All(
                report.Endpoints.TakeLast(4),
                endpoint => Assert.Equal((Verdict.Unknown, "needs a token with system.health.read"), (endpoint.Verdict, endpoint.Evidence)));
        });
    }

    [Fact]
    public void Quiet_gives_one_bool_for_each_host() =>
        Assert.Equal([true, true, true, true], fleet.Succeed("Test-AragoraHealth -Quiet").Values.Cast<bool>());

    [Fact]
    public void Versions_tell_the_host_that_drifted_from_the_others()
    {
        var versions = fleet.Succeed("Get-AragoraFleetVersion").Values.Cast<HostVersion>().ToList();

        Assert.Equal(SandboxFleet.Al2023Second, Assert.Single(versions, v => v.Drifted == true).InstanceId);
        Assert.All(versions, version =>
        {
            Assert.Equal(("git", "main", false), (version.Mode, version.Branch, version.Dirty));
            Assert.Equal(version.DiskCommit, version.RunningCommit);
            Assert.NotNull(version.CommitDate);
            Assert.Equal(version.Drifted == true ? "2.7.0" : "2.8.0", version.PackageVersion);
        });
    }

    [Fact]
    public void Versions_are_compared_with_a_commit_that_is_given_in_any_case()
    {
        var commit = fleet.Commit("v2.7.0").ToUpperInvariant()[..10];

        var versions = fleet.Succeed($"Get-AragoraFleetVersion -CommitSha {commit}").Values.Cast<HostVersion>().ToList();

        Assert.Equal(SandboxFleet.Al2023Second, Assert.Single(versions, v => v.Drifted == false).InstanceId);
    }

    [Fact]
    public void A_local_change_and_a_detached_head_are_shown()
    {
        const string Dir = "/opt/aragora";
        fleet.Shell($"cd {Dir} && echo x >> README.md && touch new.txt && git checkout -q --detach", SandboxFleet.Al2023First);
        try
        {
            var version = fleet.Succeed($"Get-AragoraFleetVersion {SandboxFleet.Al2023First}").Values.Cast<HostVersion>().Single();

            Assert.Equal(("detached", true), (version.Branch, version.Dirty));
        }
        finally
        {
            fleet.Shell($"cd {Dir} && git checkout -q -f main && git clean -qfd", SandboxFleet.Al2023First);
        }
    }

    [Fact]
    public void A_stopped_service_is_unhealthy_and_pipes_on_by_its_id()
    {
        fleet.Shell("systemctl stop aragora", SandboxFleet.Api2);
        try
        {
            var sick = fleet.Succeed("Test-AragoraHealth | Where-Object Verdict -eq Unhealthy | Test-AragoraHealth")
                .Values.Cast<HealthReport>().Single();

            Assert.Equal((SandboxFleet.Api2, "inactive (dead)"), (sick.InstanceId, sick.Service));
        }
        finally
        {
            fleet.Shell("systemctl start aragora; until curl -sf http://127.0.0.1:8080/readyz; do sleep 0.1; done", SandboxFleet.Api2);
        }
    }

    [Theory]
    [InlineData("Get-AragoraInstance")]
    [InlineData("Test-AragoraHealth")]
    [InlineData("Get-AragoraFleetVersion")]
    public void An_id_that_does_not_exist_costs_itself_and_not_the_others(string cmdlet)
    {
        var result = fleet.Engine.Run($"{cmdlet} {SandboxFleet.Api2}, i-00000000, nonsense");

        Assert.Null(result.Exception);
        Assert.Equal(SandboxFleet.Api2, ((IHostIdentity)Assert.Single(result.Values)).InstanceId);
        Assert.Equal(["InstanceNotFound", "InstanceNotFound"], result.Errors.Select(SandboxFleet.Id));
        Assert.Equal(["i-00000000", "nonsense"], result.Errors.Select(error => error.TargetObject));
    }

    [Theory]
    [InlineData("Test-AragoraHealth")]
    [InlineData("Get-AragoraFleetVersion")]
    public void A_terminated_instance_gives_an_unknown_result_and_then_its_error(string cmdlet)
    {
        var result = fleet.Engine.Run($"{cmdlet} {SandboxFleet.Terminated}");

        Assert.Equal(SandboxFleet.Terminated, ((IHostIdentity)Assert.Single(result.Values)).InstanceId);
        var error = Assert.Single(result.Errors);
        Assert.Equal("InstanceNotRunning", SandboxFleet.Id(error));
        Assert.Equal(SandboxFleet.Terminated, ((HostTarget)error.TargetObject).InstanceId);
    }

    [Theory]
    [InlineData("Get-AragoraInstance")]
    [InlineData("Test-AragoraHealth")]
    [InlineData("Get-AragoraFleetVersion")]
    public void An_empty_pipeline_is_nothing_to_do(string cmdlet) =>
        Assert.Empty(fleet.Succeed($"@() | {cmdlet}").Output);

    [Theory]
    [InlineData("Get-AragoraInstance")]
    [InlineData("Test-AragoraHealth")]
    [InlineData("Get-AragoraFleetVersion")]
    public void An_empty_fleet_is_said_to_be_empty(string cmdlet)
    {
        var result = fleet.Engine.Run($"{cmdlet} -Region us-east-1");

        var error = result.TerminatingError ?? Assert.Single(result.Errors);
        Assert.Equal("NoTarget", SandboxFleet.Id(error));
        Assert.Contains("us-east-1", error.ToString());
    }

    [Fact]
    public void A_region_that_does_not_exist_is_refused()
    {
        var error = fleet.Engine.RunToFailure("Get-AragoraInstance -Region us-nowhere-1").TerminatingError!;

        Assert.Equal("RegionInvalid", SandboxFleet.Id(error));
        Assert.Equal("us-nowhere-1", error.TargetObject);
    }
}
