using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Rollouts.Signals;

namespace Aragora.Fleet.Core.Tests.Rollouts.Runs;

/// <summary>A run that has more to see than its steps is accepted at its end, and not before.</summary>
public sealed class AcceptanceTests
{
    private readonly RunHarness _run = new();

    private static DeployGates Bake => new() { BakeTime = TimeSpan.FromMinutes(1) };

    [Fact]
    public async Task A_run_without_bake_approval_or_gates_costs_no_send_more()
    {
        await _run.DeployAsync(RunHarness.Plan(2));

        Assert.Empty(_run.Sends("accept"));
        Assert.Contains("accept 0", _run.Sends("claim").Single().Script);
    }

    [Theory]
    [InlineData("bake")]
    [InlineData("approve")]
    [InlineData("gate")]
    public async Task After_its_last_wave_the_hosts_write_it_down_with_one_send_for_fifty(string what)
    {
        _run.Signals.Say(DeploySignalKind.Approve);
        if (what == "gate")
        {
            _run.Gates.Add(new Veto(0));
        }

        var gates = what == "bake" ? Bake : new DeployGates { Approve = what == "approve" };
        var end = await _run.DeployAsync(RunHarness.Plan(50, "25", gates));

        Assert.Null(end.Failure);
        Assert.Equal(50, Assert.Single(_run.Sends("accept")).InstanceIds.Count);
        Assert.Same(_run.Sends("accept").Single(), _run.Channel.Sent[^1]);
        Assert.Contains("accept 1", _run.Sends("claim").First().Script);
    }

    [Fact]
    public async Task A_run_that_fails_is_not_accepted()
    {
        _run.Pulse = number => _run.Sends("deploy").Any() && number == 1 ? RunHarness.Beat(ready: 503) : RunHarness.Beat();

        var end = await _run.DeployAsync(RunHarness.Plan(2, gates: Bake));

        Assert.NotNull(end.Failure);
        Assert.Empty(_run.Sends("accept"));
    }

    [Fact]
    public async Task A_host_that_does_not_write_it_down_is_named_and_the_run_is_well()
    {
        _run.Accept = number => number == 2 ? "outcome locked\nreason another has the host\n" : "outcome accepted\n";

        var end = await _run.DeployAsync(RunHarness.Plan(2, gates: Bake));

        Assert.Null(end.Failure);
        var notice = Assert.Single(_run.Notices);
        Assert.Contains("host-2 (i-00000002): another has the host", notice);
        Assert.Contains($"Resume-AragoraDeploy -DeployId {RunHarness.DeployId}", notice);
    }
}
