namespace Aragora.Fleet.Tests.Commands;

/// <summary>Changes whose targets are wrong are refused before anything is touched.</summary>
public sealed class BadTargetTests(SandboxFleet fleet) : IClassFixture<SandboxFleet>
{
    private static readonly string[] s_changes =
    [
        "Invoke-AragoraCommand -Script id -Confirm:$false",
        "Invoke-AragoraDeploy -Ref v2.9.0 -Confirm:$false",
        "Restore-AragoraCommit -Confirm:$false",
    ];

    public static TheoryData<string> Changes => [.. s_changes];

    public static TheoryData<string> Rollouts => [.. s_changes[1..]];

    [Theory]
    [MemberData(nameof(Changes))]
    public void Naming_no_host_is_refused(string change) => Refused("NoTarget", change);

    [Theory]
    [MemberData(nameof(Changes))]
    public void All_beside_names_is_refused(string change) =>
        Refused("TargetAmbiguous", $"{change} -All -InstanceId {SandboxFleet.Api2}");

    [Theory]
    [MemberData(nameof(Changes))]
    public void All_beside_a_pipeline_is_refused(string change) =>
        Refused("TargetAmbiguous", $"Get-AragoraInstance | {change} -All");

    [Fact]
    public void An_empty_pipeline_runs_no_command() =>
        Assert.Empty(fleet.Succeed($"@() | {s_changes[0]}").Output);

    [Theory]
    [MemberData(nameof(Rollouts))]
    public void An_empty_pipeline_fails_a_rollout(string change) => Refused("NoTarget", $"@() | {change}");

    [Theory]
    [MemberData(nameof(Rollouts))]
    public void An_unknown_id_among_good_ones_stops_a_rollout_before_it_begins(string change) =>
        Refused("InstanceNotFound", $"{change} -InstanceId {SandboxFleet.Api2}, i-00000000");

    [Theory]
    [MemberData(nameof(Rollouts))]
    public void A_terminated_instance_stops_a_rollout_before_it_begins(string change) =>
        Refused("InstanceNotRunning", $"{change} -InstanceId {SandboxFleet.Api2}, {SandboxFleet.Terminated}");

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_whole_fleet_that_is_empty_is_refused(string change) =>
        Refused("NoTarget", $"{change} -All -Region us-east-1");

    [Theory]
    [InlineData("-Ref nothing-of-this-name", "RefNotFound")]
    [InlineData("-CommitSha 1234567890123456789012345678901234567890", "RefNotFound")]
    [InlineData("-CommitSha main", "RefInvalid")]
    [InlineData("-Ref 'v2;reboot'", "RefInvalid")]
    [InlineData("-Ref '$(reboot)'", "RefInvalid")]
    [InlineData("-Ref '--upload-pack=x'", "RefInvalid")]
    [InlineData("-Ref v2.9.0 -Wave 0", "WaveInvalid")]
    [InlineData("-Ref v2.9.0 -Wave 1,half", "WaveInvalid")]
    public void A_ref_or_wave_that_cannot_be_is_refused(string arguments, string id) =>
        Refused(id, $"Invoke-AragoraDeploy {arguments} -All -Confirm:$false");

    [Fact]
    public void A_host_without_a_rollback_point_is_refused() =>
        Refused("NoRollbackPoint", $"Restore-AragoraCommit {SandboxFleet.Api2} -Confirm:$false");

    [Theory]
    [InlineData("Invoke-AragoraDeploy -Ref v2.9.0 -All")]
    [InlineData("Restore-AragoraCommit -CommitSha {0} -All")]
    public void A_confirmation_that_cannot_be_asked_is_refused_and_names_the_way_out(string change)
    {
        var error = Refused("ConfirmationUnavailable", string.Format(change, fleet.Commit("v2.7.0")));

        Assert.Contains("-Confirm:$false", error.ErrorDetails.RecommendedAction);
    }

    private System.Management.Automation.ErrorRecord Refused(string id, string script)
    {
        var before = fleet.Releases();
        var result = fleet.Engine.RunToFailure(script);
        var error = result.TerminatingError;

        Assert.True(error is not null, $"no error: {string.Join(' ', result.Values)} {string.Join(' ', result.Errors)}");
        Assert.Equal(id, SandboxFleet.Id(error));
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
        Assert.Empty(result.Output);
        Assert.Equal(before, fleet.Releases());
        return error;
    }
}
