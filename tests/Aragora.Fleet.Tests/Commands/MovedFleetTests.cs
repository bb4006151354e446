using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>Instances that were stopped, taken away or given to others after the plan was made. On virtual hosts.</summary>
public sealed class MovedFleetTests(MovedFleetTests.Fleet fleet) : IClassFixture<MovedFleetTests.Fleet>
{
    private const string Host = $"aragora-api-2 ({SandboxFleet.Api2})";

    // One that was replaced is gone: the new one has an id of its own, and is not in the plan.
    public static TheoryData<string, string> Changes => new()
    {
        { "stopped", $"{Host} cannot be worked on: {Host} is stopped." },
        { "terminated", $"{Host} cannot be worked on: {Host} is terminated." },
        { "gone", $"{Host} is gone." },
        { "without agent", $"{Host} cannot be changed any more: Systems Manager does not know {Host}" },
        { "given away", $"{Host} is of the environment 'staging', not 'production'." },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void The_plan_is_refused_by_the_name_of_the_host_and_what_changed(string change, string expected)
    {
        var plan = fleet.Run("New-AragoraDeployPlan -Ref v2.9.0 -All -MaxUnreachable 1");
        fleet.Engine.SetVariable("plan", plan.Values.Single());

        var error = fleet.While(change, "$plan | Invoke-AragoraDeploy -Confirm:$false").TerminatingError!;

        Assert.Equal(nameof(FailureKind.PlanStale), SandboxFleet.Id(error));
        Assert.Contains($"saw them, so nothing was begun. {expected}", error.Exception.Message);
        Assert.Contains("New-AragoraDeployPlan", error.ErrorDetails.RecommendedAction);
        Assert.DoesNotContain(
            fleet.Run("Get-AragoraFleetVersion").Values.Cast<Versions.HostVersion>(),
            version => version.RunningCommit == VirtualSession.V290);
    }

    [Theory]
    [InlineData("stopped", "is stopped.")]
    [InlineData("terminated", "is terminated.")]
    [InlineData("gone", $"No instance '{SandboxFleet.Api2}'")]
    public void A_deploy_that_names_such_a_host_begins_nothing(string change, string expected)
    {
        var error = fleet.While(
            change, $"Invoke-AragoraDeploy -Ref v2.9.0 -InstanceId {SandboxFleet.ApiServer}, {SandboxFleet.Api2} -Confirm:$false")
            .TerminatingError!;

        Assert.Contains(expected, error.Exception.Message);
    }

    /// <summary>Four virtual hosts, and a session that sees one of them as a test wants it.</summary>
    public sealed class Fleet : IDisposable
    {
        private readonly EngineHost _owner = EngineHost.Open();
        private readonly Directory _directory;

        public Fleet()
        {
            var real = QuickFleet.Connect(_owner, 4);
            _directory = new Directory(real.Backend.Instances);
            Engine.InSession(() => FleetSession.Set(new FleetConnection
            {
                Environment = real.Environment,
                Regions = real.Regions,
                Settings = real.Settings,
                Identity = real.Identity,
                Endpoint = real.Endpoint,
                Backend = new Backend(real.Backend, _directory),
            }));
        }

        internal EngineHost Engine { get; } = EngineHost.Open();

        public void Dispose()
        {
            _owner.Run("Disconnect-AragoraFleet");
            _owner.Dispose();
            Engine.Dispose();
        }

        internal EngineResult Run(string script)
        {
            var result = Engine.Run(script);
            Assert.True(result.Exception is null && result.Errors.Count == 0, $"{result.Exception}");
            return result;
        }

        internal EngineResult While(string change, string script)
        {
            _directory.Change = change;
            try
            {
                return Engine.RunToFailure(script);
            }
            finally
            {
                _directory.Change = "";
            }
        }
    }

    private sealed class Backend(IFleetBackend real, IInstanceDirectory directory) : IFleetBackend
    {
        public IInstanceDirectory Instances => directory;

        public ICommandChannel Commands => real.Commands;

        public IParameterStore Parameters => real.Parameters;

        public Task<CallerIdentity> GetCallerIdentityAsync(string region, CancellationToken cancellationToken) =>
            real.GetCallerIdentityAsync(region, cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Directory(IInstanceDirectory real) : IInstanceDirectory
    {
        public string Change { get; set; } = "";

        public IAsyncEnumerable<Instance> DescribeInstancesAsync(
            string region, IReadOnlyList<InstanceFilter> filters, CancellationToken cancellationToken) =>
            real.DescribeInstancesAsync(region, filters, cancellationToken)
                .Where(instance => Change != "gone" || instance.InstanceId != SandboxFleet.Api2)
                .Select(instance => instance.InstanceId == SandboxFleet.Api2 ? Changed(instance) : instance);

        public IAsyncEnumerable<AgentInformation> DescribeAgentsAsync(
            string region, IReadOnlyList<string> instanceIds, CancellationToken cancellationToken) =>
            real.DescribeAgentsAsync(region, instanceIds, cancellationToken)
                .Where(agent => Change != "without agent" || agent.InstanceId != SandboxFleet.Api2);

        public IAsyncEnumerable<InstanceChecks> DescribeChecksAsync(
            string region, IReadOnlyList<string> instanceIds, CancellationToken cancellationToken) =>
            real.DescribeChecksAsync(region, instanceIds, cancellationToken);

        private Instance Changed(Instance instance) => Change switch
        {
            "stopped" => instance with { State = InstanceState.Stopped },
            "terminated" => instance with { State = InstanceState.Terminated },
            "given away" => instance with { Environment = "staging" },
            _ => instance,
        };
    }
}
