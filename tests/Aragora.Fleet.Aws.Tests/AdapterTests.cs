using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Health;
using Aragora.Fleet.Ports;
using Aragora.Fleet.Versions;

namespace Aragora.Fleet.Aws.Tests;

/// <summary>The adapter through the real SDK, on the embedded fleet.</summary>
public sealed class AdapterTests(SandboxBackend fleet) : IClassFixture<SandboxBackend>
{
    private const string Region = "us-east-2";
    private const string Api2 = "i-016b3e32625bf967e";

    private static readonly FleetSettings s_settings = new();

    [Fact]
    public async Task A_version_check_of_four_hosts_is_one_send_and_status_pages()
    {
        var (channel, runner) = Counted();

        var versions = await ToListAsync(
            new VersionService(runner, s_settings).GetAsync(await TargetsAsync(), null, CancellationToken.None));

        Assert.Equal(4, versions.Count(row => row.Version.DiskCommit is not null));
        Assert.Single(channel.Calls, call => call == "SendCommand");
        Assert.Equal(["ListCommandInvocations", "SendCommand"], channel.Calls.Distinct().Order());
    }

    [Fact]
    public async Task A_health_check_of_four_hosts_is_one_send_and_status_pages()
    {
        var (channel, runner) = Counted();

        var reports = await ToListAsync(
            new HealthService(runner, s_settings).CheckAsync(await TargetsAsync(), token: null, CancellationToken.None));

        Assert.All(reports, row => Assert.Equal(Verdict.Healthy, row.Report.Verdict));
        Assert.Equal(["ListCommandInvocations", "SendCommand"], channel.Calls.Distinct().Order());
    }

    [Fact]
    public async Task The_caller_is_who_the_keys_belong_to()
    {
        var caller = await fleet.Backend.GetCallerIdentityAsync(Region, CancellationToken.None);

        Assert.Equal("123456789012", caller.Account);
    }

    [Fact]
    public async Task Status_checks_are_told_for_each_instance()
    {
        var ids = (await TargetsAsync()).Select(target => target.InstanceId).ToList();

        var checks = await ToListAsync(fleet.Backend.Instances.DescribeChecksAsync(Region, ids, CancellationToken.None));

        Assert.Equal(ids.Order(), checks.Select(check => check.InstanceId).Order());
        Assert.All(checks, check => Assert.Equal(("ok", "ok"), (check.Instance, check.System)));
    }

    [Fact]
    public async Task More_ids_than_a_filter_takes_are_asked_for_in_parts()
    {
        var ids = Enumerable.Range(0, 450).Select(i => $"i-0eeeeeeeeeeee{i:x4}").Append(Api2).ToList();

        var found = await ToListAsync(fleet.Backend.Instances.DescribeInstancesAsync(
            Region, [new InstanceFilter("instance-id", ids)], CancellationToken.None));

        Assert.Equal(Api2, Assert.Single(found).InstanceId);
    }

    [Fact]
    public async Task A_bad_id_is_named_and_nothing_is_sent()
    {
        var refusal = await Assert.ThrowsAsync<InvalidTargetsException>(
            () => fleet.Backend.Commands.SendAsync(Send([Api2, "i-0eeeeeeeeeeeeeee1"]), CancellationToken.None));

        Assert.Equal(["i-0eeeeeeeeeeeeeee1"], refusal.InstanceIds);
    }

    [Fact]
    public async Task An_invocation_that_is_not_known_yet_is_no_failure() => Assert.Null(
        await fleet.Backend.Commands.GetInvocationAsync(
            Region,
            new InvocationSummary
            {
                CommandId = "00000000-0000-4000-8000-000000000000",
                InstanceId = Api2,
                Status = "",
                StatusDetails = "",
                ResponseCode = -1,
                Output = "",
            },
            CancellationToken.None));

    [Fact]
    public async Task Wrong_keys_are_rejected_by_each_service()
    {
        await using var backend = fleet.Create(new AccessKey("AKIAWRONGWRONGWRONG1", "wrong"));

        await FailsAsync(FailureKind.CredentialRejected, () => backend.GetCallerIdentityAsync(Region, CancellationToken.None));
        await FailsAsync(FailureKind.CredentialRejected, () => backend.Commands.SendAsync(Send([Api2]), CancellationToken.None));
        await FailsAsync(FailureKind.CredentialRejected, () => ToListAsync(
            backend.Instances.DescribeInstancesAsync(Region, [], CancellationToken.None)));
    }

    [Fact]
    public async Task A_wrong_secret_is_rejected()
    {
        await using var backend = fleet.Create(fleet.Sandbox.AccessKey with { Secret = "wrong" });

        await FailsAsync(FailureKind.CredentialRejected, () => backend.GetCallerIdentityAsync(Region, CancellationToken.None));
    }

    [Fact]
    public async Task A_region_that_does_not_exist_is_refused_without_a_call() => await FailsAsync(
        FailureKind.RegionInvalid,
        () => fleet.Backend.GetCallerIdentityAsync("us-nowhere-1", CancellationToken.None));

    [Fact]
    public async Task A_profile_that_does_not_exist_is_refused()
    {
        await using var backend = new AwsBackendFactory().Create(
            new BackendOptions { ProfileName = $"none-{Guid.NewGuid():N}", EndpointUrl = fleet.Sandbox.Endpoint });

        await FailsAsync(FailureKind.ProfileNotFound, () => backend.GetCallerIdentityAsync(Region, CancellationToken.None));
    }

    private static async Task FailsAsync(FailureKind kind, Func<Task> call) =>
        Assert.Equal(kind, (await Assert.ThrowsAsync<FleetException>(call)).Kind);

    private static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
        {
            list.Add(item);
        }

        return list;
    }

    private static SendRequest Send(IReadOnlyList<string> ids) => new()
    {
        Region = Region,
        InstanceIds = ids,
        Script = "true",
        Comment = "test",
        DeliveryTimeout = TimeSpan.FromSeconds(30),
        ExecutionTimeout = TimeSpan.FromSeconds(30),
    };

    private (CountingChannel Channel, HostOperationRunner Runner) Counted()
    {
        var channel = new CountingChannel(fleet.Backend.Commands);
        var dispatcher = new CommandDispatcher(
            channel, fleet.Backend.Instances, new RegionLimits(TimeProvider.System), TimeProvider.System, new NoLog());
        return (channel, new HostOperationRunner(dispatcher, s_settings));
    }

    private async Task<List<HostTarget>> TargetsAsync()
    {
        var inventory = new InstanceInventory(fleet.Backend.Instances, s_settings);
        var instances = await ToListAsync(
            inventory.FindAsync(new InstanceSelector { Regions = [Region] }, CancellationToken.None));
        return instances.ConvertAll(HostTarget.From);
    }

    private sealed class NoLog : IFleetLog
    {
        public void Warning(string message)
        {
        }

        public void Verbose(string message)
        {
        }

        public void Debug(string message)
        {
        }

        public void Progress(string status, int done, int total)
        {
        }
    }
}
