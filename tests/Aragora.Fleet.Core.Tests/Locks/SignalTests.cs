using Aragora.Fleet.Core.Tests.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;
using Aragora.Fleet.Rollouts.Signals;

namespace Aragora.Fleet.Core.Tests.Locks;

public sealed class SignalTests
{
    private readonly Clockwork _clock = new();
    private readonly FakeParameterStore _store;
    private readonly ParameterSignals _signals;

    public SignalTests()
    {
        _store = new FakeParameterStore(_clock.Time);
        _signals = new ParameterSignals(_store, "production", ["eu-west-1", "us-east-2"]);
    }

    [Fact]
    public async Task A_signal_to_several_regions_is_heard_once_wherever_it_is_read()
    {
        await SendAsync(DeploySignalKind.Approve);
        Assert.Equal([DeploySignalKind.Approve], await KindsAsync(_signals));
        Assert.Equal([DeploySignalKind.Approve], await KindsAsync(new(_store, "production", ["us-east-2"])));
        Assert.Empty(await KindsAsync(new(_store, "staging", ["us-east-2"])));
    }

    [Fact]
    public async Task What_is_said_again_counts_from_then()
    {
        foreach (var kind in new[] { DeploySignalKind.Deny, DeploySignalKind.Approve, DeploySignalKind.Deny })
        {
            await SendAsync(kind);
            _clock.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([DeploySignalKind.Approve, DeploySignalKind.Deny], await KindsAsync(_signals));
    }

    [Fact]
    public async Task The_end_of_a_run_leaves_no_signal_of_it_and_those_of_others()
    {
        await SendAsync(DeploySignalKind.Stop);
        await SendAsync(DeploySignalKind.Restore);
        await _signals.SendAsync("d10", new DeploySignal(DeploySignalKind.Stop, "bob", ""), CancellationToken.None);
        await _signals.ClearAsync("d1", keepApproval: false, CancellationToken.None);
        Assert.Equal(2, _store.Names.Count);
        Assert.All(_store.Names, name => Assert.Contains("/d10/", name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_attempt_that_begins_leaves_only_the_approval_of_the_one_before()
    {
        await SendAsync(DeploySignalKind.Stop);
        await SendAsync(DeploySignalKind.Deny);
        await SendAsync(DeploySignalKind.Approve);
        await _signals.ClearAsync("d1", keepApproval: true, CancellationToken.None);
        Assert.Equal([DeploySignalKind.Approve], await KindsAsync(_signals));
    }

    [Fact]
    public async Task What_is_no_signal_is_not_heard()
    {
        foreach (var (name, value) in new[] { ("Stop", "scribble"), ("stop", "{}"), ("1", "{}"), ("Other", "{}") })
        {
            await _store.PutAsync(
                "us-east-2", $"/aragora-fleet/production/deploys/d1/{name}", value, ParameterWrite.Create, default);
        }

        Assert.Empty(await KindsAsync(_signals));
    }

    [Fact]
    public async Task Without_the_permission_nobody_says_anything()
    {
        await SendAsync(DeploySignalKind.Stop);
        _store.OnCall = (_, _) => throw FakeParameterStore.Failure(FailureKind.AccessDenied);
        Assert.Empty(await KindsAsync(_signals));
        _store.OnCall = (_, _) => throw FakeParameterStore.Failure(FailureKind.ServiceUnavailable);
        await Assert.ThrowsAsync<FleetException>(() => KindsAsync(_signals));
    }

    private Task SendAsync(DeploySignalKind kind) =>
        _signals.SendAsync("d1", new DeploySignal(kind, "alice", "why"), CancellationToken.None);

    private static async Task<IEnumerable<DeploySignalKind>> KindsAsync(ParameterSignals signals) =>
        (await signals.ReadAsync("d1", CancellationToken.None)).Select(signal => signal.Kind);
}
