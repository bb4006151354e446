using Aragora.Fleet.Drift;
using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>Drift of hosts that execute every script: of a tree, a process, a release and a drop-in.</summary>
public sealed class LiveDriftTests(SandboxFleet fleet) : IClassFixture<SandboxFleet>
{
    private const string Test = "Test-AragoraDrift -ReferenceInstance aragora-api-2";

    [Fact]
    public void Exactly_what_was_changed_is_found_and_what_a_deploy_mends_is_mended()
    {
        fleet.Shell("echo x >> /home/ec2-user/aragora/README.md", SandboxFleet.Api2);
        fleet.Shell("git -C /opt/aragora checkout -q -B main v2.7.0", SandboxFleet.Al2023First);
        fleet.Shell(
            "printf '[Service]\\nEnvironment=ARAGORA_MULTI_INSTANCE=s3cret\\n' >/etc/systemd/system/aragora.service.d/x.conf; systemctl daemon-reload");

        var found = fleet.Succeed($"{Test} -OutVariable found").Values.Cast<DriftFinding>().ToList();

        Assert.Equal(
            [
                (SandboxFleet.Api2, DriftKind.Dirty, "README.md"),
                (SandboxFleet.ApiServer, DriftKind.DropIn, "x.conf (extra)"),
                (SandboxFleet.Al2023First, DriftKind.Release, fleet.Commit("v2.7.0")),
                (SandboxFleet.Al2023First, DriftKind.Running, fleet.Commit("v2.8.0")),
                (SandboxFleet.Al2023Second, DriftKind.Release, fleet.Commit("v2.7.0")),
            ],
            found.Where(finding => finding.Kind != DriftKind.Unit)
                .Select(finding => (finding.InstanceId, finding.Kind, finding.Actual!)).OrderBy(finding => finding.InstanceId == SandboxFleet.Api2 ? 0 : finding.InstanceId == SandboxFleet.ApiServer ? 1 : 2).ThenBy(finding => finding.InstanceId).ThenBy(finding => finding.Kind));
        Assert.Equal(4, found.Count(finding => finding.Kind == DriftKind.Unit && finding.Reference is null));
        Assert.All(found, finding => Assert.DoesNotContain("s3cret", finding.ToString(), StringComparison.Ordinal));
        Assert.All(found, finding => Assert.NotNull(finding.Since));
        Assert.Null(found.Single(f => f is { InstanceId: SandboxFleet.Al2023First, Kind: DriftKind.Release }).DeployId);

        var repair = fleet.Engine.Run("$found | Repair-AragoraDrift -Wave 100% -SettleTime 0 -Confirm:$false");

        var results = SandboxFleet.Results(repair).ToDictionary(result => result.InstanceId);
        Assert.Equal(
            ((string[])[SandboxFleet.Api2, SandboxFleet.Al2023First, SandboxFleet.Al2023Second]).Order(), results.Keys.Order());
        Assert.All(results.Values, result => Assert.Equal((DeployOutcome.Deployed, fleet.Commit("v2.8.0")), (result.Outcome, result.RunningCommit)));
        Assert.NotNull(results[SandboxFleet.Api2].Stash);
        Assert.All(repair.Errors, error => Assert.Equal("DriftNotRepairable", SandboxFleet.Id(error)));
        Assert.Contains("x.conf (extra) as on aragora-api-2", Assert.Single(
            repair.Errors, error => ((DriftFinding)error.TargetObject).Kind == DriftKind.DropIn).ErrorDetails.RecommendedAction);

        var left = fleet.Succeed(Test).Values.Cast<DriftFinding>().ToList();
        Assert.All(left, finding => Assert.Equal(DriftRepair.ByHand, finding.Repair));
        Assert.Equal(5, left.Count);
    }

    [Fact]
    public void A_process_that_was_not_restarted_is_restarted()
    {
        var commit = fleet.Shell("git -C /home/ec2-user/aragora rev-parse HEAD");
        fleet.Shell(
            "cd /home/ec2-user/aragora && git checkout -q -B main v2.7.0 && systemctl restart aragora && "
            + $"until curl -sf http://127.0.0.1:8080/readyz; do sleep 0.1; done; sleep 2; git checkout -q -B main {commit}");
        var finding = Assert.Single(
            fleet.Succeed($"Test-AragoraDrift {SandboxFleet.ApiServer} -Kind Release, Running -OutVariable found").Values.Cast<DriftFinding>());
        Assert.Equal((DriftKind.Running, commit, fleet.Commit("v2.7.0")), (finding.Kind, finding.Expected, finding.Actual));

        var result = Assert.Single(SandboxFleet.Results(fleet.Succeed("$found | Repair-AragoraDrift -SettleTime 0 -Confirm:$false")));

        Assert.Equal((DeployOutcome.Deployed, commit), (result.Outcome, result.RunningCommit));
        Assert.Empty(fleet.Succeed($"Test-AragoraDrift {SandboxFleet.ApiServer} -Kind Release, Running").Values);
    }
}
