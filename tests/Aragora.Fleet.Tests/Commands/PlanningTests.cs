using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>Plans for many hosts, and what their parameters refuse before any host is touched. On virtual hosts.</summary>
public sealed class PlanningTests(PlanningTests.Fleet fleet) : IClassFixture<PlanningTests.Fleet>
{
    [Theory]
    [InlineData("-Wave 1 -BatchSize 2", "WaveInvalid")]
    [InlineData("-BatchSize 0", "WaveInvalid")]
    [InlineData("-BatchSize 101%", "WaveInvalid")]
    [InlineData("-BatchSize '1,2'", "WaveInvalid")]
    [InlineData("-MinHealthy most", "HostCountInvalid")]
    [InlineData("-MaxFailure -1", "HostCountInvalid")]
    [InlineData("-MaxUnreachable 101%", "HostCountInvalid")]
    [InlineData("-SettleTime 10", "ParameterArgumentValidationError")]
    [InlineData("-ReadyTimeout 0", "ParameterArgumentValidationError")]
    [InlineData("-BakeTime -0:0:1", "ParameterArgumentValidationError")]
    [InlineData("-ReadyTimeout 2.0:0:0", "ParameterArgumentValidationError")]
    [InlineData("-ApprovalTimeout 0:5:0", "RequestRejected")]
    [InlineData("-Approve -ApprovalTimeout 0", "RequestRejected")]
    public void What_cannot_be_meant_is_refused(string parameters, string error)
    {
        foreach (var cmdlet in (string[])["New-AragoraDeployPlan", "Invoke-AragoraDeploy -WhatIf"])
        {
            Assert.Equal(error, Refusal($"{cmdlet} -Ref v2.9.0 -All {parameters}").Id);
        }
    }

    [Fact]
    public void A_plan_of_200_hosts_fits_a_screen_and_leaves_none_out()
    {
        using var many = new Fleet(200);

        foreach (var (arguments, waves) in ((string, int)[])[("", 5), ("-Wave 1", 200), ("-BatchSize 10%", 10)])
        {
            var plan = (ChangePlan)many.Engine.Run($"New-AragoraDeployPlan -Ref v2.9.0 -All {arguments}").Values.Single();

            var lines = plan.ToString().Split('\n');

            Assert.Equal((200, waves), (plan.Hosts.Count, plan.Waves.Count));
            Assert.InRange(lines.Length, 5, 40);
            Assert.All(lines, line => Assert.InRange(line.Length, 1, 250));
            Assert.Equal(200, Shown(lines).Sum());
        }
    }

    [Fact]
    public void A_floor_that_the_waves_cannot_keep_is_refused_and_the_numbers_that_it_names_work()
    {
        var (id, action) = Refusal("New-AragoraDeployPlan -Ref v2.9.0 -All -Wave 4 -MinHealthy 6");

        Assert.Equal(nameof(FailureKind.HostsTooFew), id);
        Assert.Equal("The most that works: -MinHealthy 4 with these waves, or -BatchSize 2 with -MinHealthy 6.", action);
        Assert.Equal(2, Plan("-Ref v2.9.0 -All -Wave 4 -MinHealthy 4").Waves.Count);
        Assert.Equal(4, Plan("-Ref v2.9.0 -All -BatchSize 2 -MinHealthy 6").Waves.Count);
    }

    [Theory]
    [InlineData("-Wave 1", "-Wave shapes a plan")]
    [InlineData("-OnFailure Stop", "-OnFailure shapes a plan")]
    [InlineData("-All", "-All shapes a plan")]
    [InlineData("-Name aragora-5", "-Name shapes a plan")]
    public void A_plan_that_is_made_is_not_shaped_any_more(string arguments, string expected)
    {
        Plan("-Ref v2.9.0 -Name aragora-5");

        Assert.StartsWith(expected, Failure($"Invoke-AragoraDeploy -Plan $plan {arguments} -Confirm:$false").Message);
    }

    [Theory]
    [InlineData("Get-AragoraInstance -Name aragora-5 | Invoke-AragoraDeploy", "An object of the type Instance is no plan.")]
    [InlineData("$plan, $plan | Invoke-AragoraDeploy", "2 plans came")]
    [InlineData("$plan | Invoke-AragoraDeploy", "was changed after it was made")]
    public void What_is_no_plan_is_refused(string script, string expected)
    {
        var plan = Plan("-Ref v2.9.0 -Name aragora-5");
        typeof(HostPlan).GetProperty(nameof(HostPlan.To))!.SetValue(plan.Hosts[0], plan.Hosts[0].From);

        var failure = Failure($"{script} -Confirm:$false");

        Assert.Equal(FailureKind.PlanInvalid, failure.Kind);
        Assert.Contains(expected, failure.Message);
    }

    [Fact]
    public void A_plan_that_was_written_and_read_again_is_refused_with_what_to_do()
    {
        var plan = System.Management.Automation.PSSerializer.Deserialize(
            System.Management.Automation.PSSerializer.Serialize(Plan("-Ref v2.9.0 -Name aragora-5")));
        fleet.Engine.SetVariable("read", plan);

        foreach (var script in (string[])["$read | Invoke-AragoraDeploy", "Invoke-AragoraDeploy -Plan $read"])
        {
            var failure = Failure($"{script} -Confirm:$false");

            Assert.Equal(FailureKind.PlanInvalid, failure.Kind);
            Assert.Contains("read from a file or came from another session", failure.Message);
            Assert.Contains("New-AragoraDeployPlan", failure.Action);
        }
    }

    [Fact]
    public void An_empty_pipeline_is_no_plan_and_plans_nothing()
    {
        Assert.Equal("NoTarget", Refusal("@() | Invoke-AragoraDeploy -Confirm:$false").Id);
        Assert.Equal("NoTarget", Refusal("@() | New-AragoraDeployPlan -Ref v2.9.0").Id);
    }

    // A lock and a run have an environment, which alone would mean all of it.
    [Theory]
    [InlineData("Get-AragoraFleet | Invoke-AragoraDeploy -Ref v2.9.0 -Confirm:$false")]
    [InlineData("Get-AragoraFleet | New-AragoraDeployPlan -Ref v2.9.0")]
    [InlineData("Get-AragoraFleet | Restore-AragoraCommit -CommitSha 1bd27e8 -Confirm:$false")]
    [InlineData("Get-AragoraFleet | Invoke-AragoraCommand -Script 'echo x' -Confirm:$false")]
    [InlineData("(Get-AragoraInstance -Name aragora-5), (Get-AragoraFleet) | Invoke-AragoraDeploy -Ref v2.9.0 -Confirm:$false")]
    [InlineData("[pscustomobject]@{ Environment = 'production'; Id = '' } | Invoke-AragoraDeploy -Ref v2.9.0 -Confirm:$false -ErrorAction Stop")]
    public void What_names_no_host_is_never_taken_for_all_of_them(string script)
    {
        Assert.Contains(Refusal(script).Id, new[] { "NoTarget", "ParameterArgumentValidationError" });
        Assert.DoesNotContain(
            fleet.Engine.Run("Get-AragoraFleetVersion").Values.Cast<Versions.HostVersion>(),
            version => version.RunningCommit == VirtualSession.V290);
    }

    [Fact]
    public void A_plan_of_another_fleet_is_refused()
    {
        using var other = new Fleet(8);
        fleet.Engine.SetVariable("foreign", other.Engine.Run("New-AragoraDeployPlan -Ref v2.9.0 -Name aragora-5").Values.Single());

        var failure = Failure("$foreign | Invoke-AragoraDeploy -Confirm:$false");

        Assert.Equal(FailureKind.PlanInvalid, failure.Kind);
        Assert.Contains("is for the fleet of", failure.Message);
    }

    // How many hosts the lines of a plan stand for.
    private static IEnumerable<int> Shown(string[] lines) => lines
        .Select(line => System.Text.RegularExpressions.Regex.Match(line, @"^  waves? .*?(\d+) host"))
        .Where(match => match.Success)
        .Select(match => int.Parse(match.Groups[1].Value));

    private ChangePlan Plan(string arguments)
    {
        var result = fleet.Engine.Run($"$global:plan = New-AragoraDeployPlan {arguments}; $plan");
        Assert.True(result.Exception is null && result.Errors.Count == 0, $"{result.Exception}");
        return (ChangePlan)result.Values.Single();
    }

    private FleetException Failure(string script) =>
        Assert.IsType<FleetException>(fleet.Engine.RunToFailure(script).TerminatingError!.Exception);

    private (string Id, string? Action) Refusal(string script)
    {
        var error = fleet.Engine.RunToFailure(script).TerminatingError!;
        return (SandboxFleet.Id(error), (error.Exception as FleetException)?.Action);
    }

    /// <summary>Eight virtual hosts, or as many as wanted.</summary>
    public sealed class Fleet : IDisposable
    {
        public Fleet()
            : this(8)
        {
        }

        internal Fleet(int hosts) => QuickFleet.Connect(Engine, hosts);

        internal EngineHost Engine { get; } = EngineHost.Open();

        public void Dispose()
        {
            Engine.Run("Disconnect-AragoraFleet");
            Engine.Dispose();
        }
    }
}
