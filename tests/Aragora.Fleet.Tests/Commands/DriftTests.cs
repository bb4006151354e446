using System.Management.Automation;
using Aragora.Fleet.Drift;
using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.History;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>Finding drift and repairing it, on virtual hosts: three of them at v2.8.0, one at v2.7.0.</summary>
public sealed class DriftTests : IDisposable
{
    private const string Releases = "Test-AragoraDrift -Kind Release, Running, Dirty";
    private const string Repair = "Repair-AragoraDrift -Wave 100% -SettleTime 0 -Confirm:$false";

    private readonly VirtualSession _fleet = new();

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public void The_host_of_another_release_is_found_repaired_and_then_nothing_is_found()
    {
        var finding = Assert.Single(Findings(_fleet.Succeed(Releases)));
        Assert.Equal((SandboxFleet.Al2023Second, DriftKind.Release, "majority of 4"), (finding.InstanceId, finding.Kind, finding.Reference));
        Assert.Equal((VirtualSession.V280, VirtualSession.V270), (finding.Expected, finding.Actual));
        Assert.Equal([false], _fleet.Succeed($"{Releases} -Quiet").Values);

        var result = Assert.Single(SandboxFleet.Results(_fleet.Succeed($"{Releases} | {Repair}")));

        Assert.Equal((SandboxFleet.Al2023Second, DeployOutcome.Deployed, VirtualSession.V280), (result.InstanceId, result.Outcome, result.RunningCommit));
        var run = Assert.IsType<DeployRecord>(Assert.Single(_fleet.Succeed("Get-AragoraDeploy").Values));
        Assert.Equal((result.DeployId, "Repair", DeployState.Completed), (run.DeployId, run.Kind, run.State));
        Assert.Empty(_fleet.Succeed(Releases).Values);
        Assert.Equal([true], _fleet.Succeed($"{Releases} -Quiet").Values);
        Assert.Empty(_fleet.Succeed($"{Releases} | {Repair}").Values);
    }

    [Fact]
    public void What_a_deploy_cannot_mend_is_an_error_for_each_finding_and_the_others_go_on()
    {
        var result = _fleet.Engine.Run($"Test-AragoraDrift | {Repair}");

        Assert.Null(result.Exception);
        Assert.Equal(SandboxFleet.Al2023Second, Assert.Single(SandboxFleet.Results(result)).InstanceId);
        Assert.Equal(4, result.Errors.Count);
        Assert.All(result.Errors, error =>
        {
            Assert.Equal("DriftNotRepairable", SandboxFleet.Id(error));
            Assert.Equal(DriftKind.Unit, Assert.IsType<DriftFinding>(error.TargetObject).Kind);
            Assert.Contains("StartLimitIntervalSec of aragora.service", error.ErrorDetails.RecommendedAction);
        });
        Assert.All(
            Findings(_fleet.Succeed("Test-AragoraDrift")),
            finding => Assert.Equal((DriftKind.Unit, DriftRepair.ByHand), (finding.Kind, finding.Repair)));
    }

    [Fact]
    public void A_ref_decides_for_the_whole_fleet_and_one_run_brings_it()
    {
        var findings = Findings(_fleet.Succeed($"{Releases} -Ref v2.9.0 -OutVariable found"));
        Assert.Equal(4, findings.Count);
        Assert.All(findings, finding => Assert.Equal(("v2.9.0", VirtualSession.V290), (finding.Reference, finding.WantedRelease)));

        var results = SandboxFleet.Results(_fleet.Succeed($"$found | {Repair} -Reason 'CHG-1'"));

        Assert.Single(results.Select(result => result.DeployId).Distinct());
        Assert.All(_fleet.Running().Values, commit => Assert.Equal(VirtualSession.V290, commit));

        // The findings are old now: the hosts are looked at again, and nothing is left to do.
        Assert.All(
            SandboxFleet.Results(_fleet.Succeed($"$found | {Repair}")),
            result => Assert.Equal(DeployOutcome.AlreadyCurrent, result.Outcome));
    }

    [Fact]
    public void Who_brought_a_release_and_by_which_run_is_told()
    {
        var run = _fleet.Deploy("v2.9.0", SandboxFleet.Api2);

        var finding = Assert.Single(Findings(_fleet.Succeed($"{Releases} -ReferenceInstance aragora-api-server")), f => f.InstanceId == SandboxFleet.Api2);

        Assert.Equal((run, "aragora-api-server"), (finding.DeployId, finding.Reference));
        Assert.Contains("@", finding.By!);
        Assert.NotNull(finding.Since);
    }

    [Theory]
    [InlineData($"-ReferenceInstance {SandboxFleet.Al2023Second}", 3)]
    [InlineData("-ReferenceInstance aragora-al2023-2", 3)]
    [InlineData($"-CommitSha {VirtualSession.V270}", 3)]
    [InlineData("-CommitSha 4F0FF0570", 1)]
    [InlineData("-PackageVersion 9.9.9", 1)]
    [InlineData($"-ReferenceInstance aragora-al2023-2 -InstanceId {SandboxFleet.Api2}", 1)]
    public void The_reference_is_what_the_user_gives(string arguments, int expected) =>
        Assert.Equal(expected, Findings(_fleet.Succeed($"Test-AragoraDrift -Kind Release {arguments}")).Count);

    [Theory]
    [InlineData("Test-AragoraDrift -PackageVersion '>=2'", "VersionInvalid")]
    [InlineData("Test-AragoraDrift -CommitSha xyz", "RefInvalid")]
    [InlineData("Test-AragoraDrift -Ref nothing", "RefNotFound")]
    [InlineData("Test-AragoraDrift -ReferenceInstance aragora-*", "TargetAmbiguous")]
    [InlineData("Test-AragoraDrift -ReferenceInstance nobody", "InstanceNotFound")]
    [InlineData("Test-AragoraDrift -Name aragora-apii-* -Quiet", "NoTarget")]
    [InlineData("Test-AragoraDrift -Kind Release | Repair-AragoraDrift -LockWait 0:1:0 -Confirm:$false", "RequestRejected")]
    [InlineData("Test-AragoraDrift -Kind Release | Repair-AragoraDrift -Name aragora-api-2 -Confirm:$false", "TargetAmbiguous")]
    [InlineData("Test-AragoraDrift -Kind Release | Repair-AragoraDrift -Force -Confirm:$false", "ReasonRequired")]
    public void Bad_input_is_refused_and_nothing_is_done(string script, string id)
    {
        var before = _fleet.Running();

        Assert.Equal(id, SandboxFleet.Id(_fleet.Engine.RunToFailure(script).TerminatingError!));

        Assert.Equal(before, _fleet.Running());
    }

    [Fact]
    public void An_id_that_does_not_exist_costs_itself_and_leaves_no_true()
    {
        var result = _fleet.Engine.Run($"Test-AragoraDrift {SandboxFleet.Api2}, i-00000000 -Kind Release, Dirty");

        Assert.Empty(result.Values);
        Assert.Equal("InstanceNotFound", SandboxFleet.Id(Assert.Single(result.Errors)));
        Assert.Equal([false], _fleet.Engine.Run($"Test-AragoraDrift {SandboxFleet.Api2}, i-00000000 -Kind Release, Dirty -Quiet").Values);
    }

    [Fact]
    public void A_host_that_cannot_be_asked_is_unknown_and_is_not_repaired()
    {
        var result = _fleet.Engine.Run($"$found = Test-AragoraDrift {SandboxFleet.Terminated}; $found; $found | {Repair}");

        var finding = Assert.Single(Findings(result));
        Assert.Equal((SandboxFleet.Terminated, DriftStatus.Unknown), (finding.InstanceId, finding.Status));
        Assert.Equal(["InstanceNotRunning", "DriftNotRepairable"], result.Errors.Select(SandboxFleet.Id));
    }

    [Fact]
    public void Findings_that_want_other_releases_are_refused_and_nothing_is_begun()
    {
        var before = _fleet.Running();

        var result = _fleet.Engine.Run(
            $"@(Test-AragoraDrift {SandboxFleet.Api2} -Kind Release -Ref v2.9.0; Test-AragoraDrift {SandboxFleet.ApiServer} -Kind Release -Ref v2.7.0) | {Repair}");

        Assert.Empty(result.Values);
        Assert.Equal(["DriftNotRepairable", "DriftNotRepairable"], result.Errors.Select(SandboxFleet.Id));
        Assert.Equal(before, _fleet.Running());
    }

    [Theory]
    [InlineData("-All", 4)]
    [InlineData($"{SandboxFleet.ApiServer}, {SandboxFleet.Api2}, {SandboxFleet.Al2023First}", 3)]
    [InlineData(SandboxFleet.Api2, 1)]
    [InlineData(SandboxFleet.Al2023Second, 1)]
    public void Findings_of_a_release_that_hosts_have_left_since_are_refused_with_the_run_that_moved_them(string moved, int count)
    {
        _fleet.Succeed($"{Releases} -OutVariable found");
        var run = _fleet.Deploy("v2.9.0", moved);
        var before = _fleet.Running();

        foreach (var repair in (string[])[Repair, "Repair-AragoraDrift -WhatIf"])
        {
            var error = _fleet.Engine.RunToFailure($"$found | {repair}").TerminatingError!;

            Assert.Equal("FindingStale", SandboxFleet.Id(error));
            Assert.Contains(run, error.Exception.Message);
            Assert.Equal(count, Assert.IsAssignableFrom<IReadOnlyList<HostTarget>>(error.TargetObject).Count);
            Assert.Contains("Test-AragoraDrift", error.ErrorDetails.RecommendedAction);
        }

        Assert.Equal(before, _fleet.Running());
        _fleet.Succeed($"{Releases} -Ref v2.9.0 | {Repair}");
        Assert.All(_fleet.Running().Values, commit => Assert.Equal(VirtualSession.V290, commit));
    }

    [Fact]
    public void Findings_that_another_shell_overtakes_while_the_user_is_asked_are_refused()
    {
        var found = Findings(_fleet.Succeed(Releases)).ToArray();
        using var asked = EngineHost.Open(interactive: true);
        asked.InSession(() => FleetSession.Set(_fleet.Connection));
        asked.SetVariable("found", found);
        asked.Screen.Answer = labels =>
        {
            _fleet.Deploy("v2.9.0", $"{SandboxFleet.ApiServer}, {SandboxFleet.Api2}, {SandboxFleet.Al2023First}");
            return labels[0];
        };

        var result = asked.Run("$found | Repair-AragoraDrift");

        Assert.Single(asked.Screen.Questions);
        Assert.Equal("FindingStale", SandboxFleet.Id(result.TerminatingError ?? Assert.Single(result.Errors)));
        Assert.Equal(VirtualSession.V270, _fleet.Running()[SandboxFleet.Al2023Second]);
    }

    [Fact]
    public void Findings_are_repaired_in_several_runs_and_from_an_export()
    {
        // As Export-Clixml writes each object, and Import-Clixml reads it.
        const string Export = "ForEach-Object { [psobject].Assembly.GetType('System.Management.Automation.PSSerializer')::Serialize($_, 2) }";
        var texts = _fleet.Succeed($"{Releases} -Ref v2.9.0 | {Export}").Values.Cast<string>().ToList();

        foreach (var host in (string[])[SandboxFleet.Api2, SandboxFleet.Al2023Second])
        {
            _fleet.Engine.SetVariable("found", texts.ConvertAll(PSSerializer.Deserialize));
            var result = Assert.Single(SandboxFleet.Results(
                _fleet.Succeed($"$found | Where-Object InstanceId -eq {host} | {Repair}")));
            Assert.Equal((host, DeployOutcome.Deployed), (result.InstanceId, result.Outcome));
        }
    }

    [Fact]
    public void An_empty_pipeline_is_nothing_to_do()
    {
        Assert.Empty(_fleet.Succeed("@() | Test-AragoraDrift").Output);
        Assert.Empty(_fleet.Succeed($"@() | {Repair}").Output);
    }

    [Fact]
    public void The_plan_is_shown_and_nothing_is_changed()
    {
        var before = _fleet.Running();

        Assert.Empty(_fleet.Succeed($"{Releases} | Repair-AragoraDrift -WhatIf").Values);

        Assert.Equal(before, _fleet.Running());
    }

    [Fact]
    public void A_host_alone_is_said_to_be_compared_with_no_other() =>
        Assert.Contains(
            "is the only host with a checkout in /home/ec2-user/aragora",
            Assert.Single(_fleet.Succeed($"Test-AragoraDrift {SandboxFleet.Api2} -Kind DropIn").Warnings));

    private static IReadOnlyList<DriftFinding> Findings(EngineResult result) => [.. result.Values.OfType<DriftFinding>()];
}
