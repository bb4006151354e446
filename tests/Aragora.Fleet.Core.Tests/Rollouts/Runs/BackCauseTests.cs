using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;

namespace Aragora.Fleet.Core.Tests.Rollouts.Runs;

/// <summary>Hosts are told why they go back: a release that failed on them is never chosen again, one that went for others may be.</summary>
public sealed class BackCauseTests
{
    private readonly RunHarness _run = new();

    [Fact]
    public async Task The_host_that_failed_is_told_so_and_the_others_go_back_for_its_sake()
    {
        _run.Deploy = number => number == 2 ? "outcome failed\nphase import\nreason no\n" : $"outcome deployed\nrunning {RunHarness.New}\n";

        await _run.DeployAsync(RunHarness.Plan(3, "3"));

        Assert.Equal(["run", "own", "run"], Causes());
    }

    [Fact]
    public async Task Of_a_step_without_an_end_nothing_is_said_of_the_release()
    {
        _run.Deploy = number => number == 2 ? "outcome unknown\nphase ready\nreason killed\n" : $"outcome deployed\nrunning {RunHarness.New}\n";

        await _run.DeployAsync(RunHarness.Plan(2, "2"));

        Assert.Equal(["run", "run"], Causes());
    }

    [Fact]
    public async Task A_veto_judges_the_run_and_not_the_release_on_the_host()
    {
        _run.Gates.Add(new Veto(number: 1));

        await _run.DeployAsync(RunHarness.Plan(2, "2"));

        Assert.Equal(["run", "run"], Causes());
    }

    [Fact]
    public async Task A_bake_judges_the_host()
    {
        _run.Pulse = number => RunHarness.Beat(pid: number == 1 && _run.Sends("deploy").Any() ? 900 : 718);

        await _run.DeployAsync(RunHarness.Plan(2, "2", new DeployGates { BakeTime = TimeSpan.FromMinutes(1) }));

        Assert.Equal(["own", "run"], Causes());
    }

    [Fact]
    public async Task A_run_that_only_goes_back_takes_no_change_of_its_own_back()
    {
        await _run.RestoreAsync(RunHarness.Plan(1));

        Assert.Contains($"P_TARGETS='{RunHarness.Id(1)} {RunHarness.New}'", _run.Sends("restore").Single().Script);
    }

    // By the number of the host.
    private IEnumerable<string> Causes() => _run.Sends("back")
        .SelectMany(send => send.Script.Split('\n'))
        .Select(line => line.Replace("P_TARGETS='", "").TrimEnd('\'').Split(' '))
        .Where(words => words is [{ Length: 10 }, RunHarness.Old, _])
        .OrderBy(words => words[0], StringComparer.Ordinal)
        .Select(words => words[2]);
}
