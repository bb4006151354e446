using System.Text;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Core.Tests.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.Core.Tests.Rollouts;

/// <summary>What a run tells when the way to the hosts breaks in the middle.</summary>
public sealed class DeployRunTests
{
    private const string Old = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string New = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    private readonly Clockwork _clock = new();
    private readonly FakeCommandChannel _channel;

    public DeployRunTests() => _channel = new FakeCommandChannel(_clock.Time)
    {
        Answer = (_, request) => new FakeAnswer
        {
            Output = request.Comment.Contains(" back ", StringComparison.Ordinal)
                ? Block($"outcome restored\nrunning {Old}\n")
                : Block($"outcome deployed\nrunning {New}\n"),
        },
    };

    [Fact]
    public async Task Credentials_that_expire_between_waves_lose_no_result()
    {
        _channel.SendFailure = request => request.Comment.Contains("wave 1", StringComparison.Ordinal) &&
            !request.Comment.Contains("back", StringComparison.Ordinal)
                ? null
                : new FleetException(FailureKind.CredentialExpired, "expired", "sign in");

        var (results, failure) = await RunAsync();

        Assert.Equal(
            [("host-1", DeployOutcome.Unknown), ("host-2", DeployOutcome.NotReached)],
            results.Select(r => (r.Name, r.Outcome)).Order());
        Assert.Equal(FailureKind.RestoreFailed, failure!.Kind);
        Assert.Contains("i-00000001", failure.Message);
    }

    [Fact]
    public async Task A_host_that_refuses_is_untouched_and_the_others_go_back()
    {
        _channel.Answer = (id, request) => new FakeAnswer
        {
            Output = request.Comment.Contains(" back ", StringComparison.Ordinal)
                ? Block($"outcome restored\nrunning {Old}\n")
                : id.EndsWith('1')
                    ? Block($"outcome deployed\nrunning {New}\n")
                    : Block("outcome refused\nphase moved\nreason someone was faster\n"),
        };

        var (results, failure) = await RunAsync();

        Assert.Equal(
            [("host-1", DeployOutcome.Restored), ("host-2", DeployOutcome.Refused)],
            results.Select(r => (r.Name, r.Outcome)).Order());
        Assert.Equal(FailureKind.DeployFailed, failure!.Kind);
        Assert.DoesNotContain(_channel.Sent.Where(s => s.Comment.Contains(" back ")), s => s.InstanceIds.Contains("i-00000002"));
    }

    [Fact]
    public async Task A_host_whose_answer_is_lost_is_asked_again_and_never_taken_for_deployed()
    {
        _channel.Answer = (_, _) => new FakeAnswer { Output = "no block" };

        var (results, failure) = await RunAsync();

        Assert.Equal(DeployOutcome.Unknown, results.Single(r => r.Name == "host-1").Outcome);
        Assert.Equal(DeployOutcome.NotStarted, results.Single(r => r.Name == "host-2").Outcome);
        Assert.Equal(FailureKind.RestoreFailed, failure!.Kind);
        Assert.Equal(3, _channel.Sent.Count(send => send.Comment.Contains("wave 1") && !send.Comment.Contains(" back ")));
    }

    private static string Block(string payload)
    {
        var sum = PosixChecksum.Of(Encoding.ASCII.GetBytes(payload));
        return $"@@aragora-result 1 {payload.Length} {sum}@@\n{payload}@@aragora-end@@\n";
    }

    private static HostPlan Host(int number) => new()
    {
        Target = new HostTarget($"i-{number:d8}", $"host-{number}", "production", "us-east-2"), From = Old, To = New,
    };

    private async Task<(List<DeployResult> Results, FleetException? Failure)> RunAsync()
    {
        var settings = new FleetSettings();
        var dispatcher = new CommandDispatcher(
            _channel, new RegionLimits(_clock.Time), _clock.Time, NoLog.Instance, jitter: () => 0);
        HostPlan[] hosts = [Host(1), Host(2)];
        var plan = new ChangePlan
        {
            DeployId = "20260307T030000-abcdef",
            Wanted = New,
            Environment = "production",
            Hosts = hosts,
            Waves = WaveList.Parse(["1"]).Cut(hosts),
            OnFailure = FailureAction.Restore,
            Reason = "",
            Who = "test",
        };
        var run = new DeployRun(new HostOperationRunner(dispatcher, settings), settings, NoLog.Instance, plan);
        var results = await _clock.RunAsync(Clockwork.ToListAsync(run.RunAsync(default, default)));
        return (results, run.Failure);
    }
}
