using Aragora.Fleet.Drift;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Core.Tests.Drift;

/// <summary>What one run can do for findings, and what is refused.</summary>
public sealed class RepairAimTests
{
    private const string A = DriftFleet.A;
    private const string B = DriftFleet.B;

    [Fact]
    public void All_findings_of_a_release_are_one_run_with_each_host_once()
    {
        var aim = RepairAim.Of(
        [
            Found(1, DriftKind.Release, A), Found(1, DriftKind.Dirty, A), Found(2, DriftKind.Running, A),
        ]);

        Assert.Equal(["i-00000001", "i-00000002"], aim.Hosts.Select(host => host.InstanceId));
        Assert.Equal(A, aim.Commit);
        Assert.Empty(aim.Refusals);
    }

    [Fact]
    public void What_no_deploy_mends_is_refused_with_file_and_host_and_the_others_go_on()
    {
        var byHand = Found(2, DriftKind.DropIn, null) with
        {
            Repair = DriftRepair.ByHand, Expected = "secrets.conf ARAGORA_DB_BACKEND", Actual = "secrets.conf ARAGORA_DB_BACKEND (another)",
            Reference = "majority of 4",
        };

        var aim = RepairAim.Of([Found(1, DriftKind.Release, A), byHand]);

        Assert.Equal("i-00000001", Assert.Single(aim.Hosts).InstanceId);
        var refusal = Assert.Single(aim.Refusals);
        Assert.Equal((FailureKind.DriftNotRepairable, (object)byHand), (refusal.Kind, refusal.FailureTarget));
        Assert.StartsWith("host-2 (i-00000002), DropIn: ", refusal.Message);
        Assert.Contains("secrets.conf ARAGORA_DB_BACKEND (another) as on majority of 4", refusal.Action);
    }

    [Fact]
    public void What_is_unknown_and_what_has_no_reference_is_refused()
    {
        var aim = RepairAim.Of(
        [
            Found(1, DriftKind.Release, A) with { Status = DriftStatus.Unknown },
            Found(2, DriftKind.Release, null),
        ]);

        Assert.Empty(aim.Hosts);
        Assert.Equal(2, aim.Refusals.Count);
        Assert.All(aim.Refusals, refusal => Assert.Equal(FailureKind.DriftNotRepairable, refusal.Kind));
    }

    [Fact]
    public void A_commit_and_a_version_are_one_run()
    {
        var aim = RepairAim.Of([Found(1, DriftKind.Release, A), Found(2, DriftKind.Running, "2.9.0")]);

        Assert.Equal(["i-00000001", "i-00000002"], aim.Hosts.Select(host => host.InstanceId));
        Assert.Equal((A, "2.9.0"), (aim.Commit, aim.Version));
        Assert.Empty(aim.Refusals);
    }

    [Fact]
    public void Findings_that_want_two_releases_are_all_refused()
    {
        var aim = RepairAim.Of([Found(1, DriftKind.Release, A), Found(2, DriftKind.Release, B)]);

        Assert.Empty(aim.Hosts);
        Assert.Equal(2, aim.Refusals.Count);
        Assert.All(aim.Refusals, refusal => Assert.Contains("aaaaaaaaa, bbbbbbbbb", refusal.Message));
    }

    [Fact]
    public void Findings_of_two_environments_are_all_refused()
    {
        var aim = RepairAim.Of([Found(1, DriftKind.Release, A), Found(2, DriftKind.Release, A) with { Environment = "staging" }]);

        Assert.Empty(aim.Hosts);
        Assert.All(aim.Refusals, refusal => Assert.Contains("production, staging", refusal.Message));
    }

    [Fact]
    public void Nothing_asks_for_nothing()
    {
        var aim = RepairAim.Of([]);

        Assert.Empty(aim.Hosts);
        Assert.Empty(aim.Refusals);
    }

    private static DriftFinding Found(int number, DriftKind kind, string? wanted) => new()
    {
        InstanceId = $"i-{number:d8}",
        Name = $"host-{number}",
        Environment = "production",
        Region = "us-east-2",
        Kind = kind,
        Status = DriftStatus.Drifted,
        Repair = DriftRepair.Deploy,
        Reason = "It differs.",
        WantedRelease = wanted,
    };
}
