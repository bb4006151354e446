using Aragora.Fleet.Health;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>Hosts without a program, systemd or the service: a typed error of the host, and never one of its shell.</summary>
public sealed class PoorHostTests(SandboxFleet fleet) : IClassFixture<SandboxFleet>
{
    private const string StandIns = "/run/sandbox/bin";

    [Theory]
    [InlineData("git", "Get-AragoraFleetVersion")]
    [InlineData("git", "Test-AragoraDrift")]
    [InlineData("git", "New-AragoraDeployPlan -Ref v2.7.0 -InstanceId")]
    [InlineData("git", "Invoke-AragoraDeploy -Ref v2.7.0 -Confirm:$false -InstanceId")]
    [InlineData("git", "Get-AragoraRollbackPoint")]
    [InlineData("curl", "Test-AragoraHealth")]
    [InlineData("curl", "Get-AragoraFleetVersion")]
    [InlineData("curl", "Test-AragoraDrift")]
    [InlineData("curl", "New-AragoraDeployPlan -Ref v2.7.0 -InstanceId")]
    [InlineData("curl", "Invoke-AragoraDeploy -Ref v2.7.0 -Confirm:$false -InstanceId")]
    [InlineData("systemctl", "Test-AragoraHealth")]
    [InlineData("systemctl", "Get-AragoraFleetVersion")]
    [InlineData("systemctl", "Test-AragoraDrift")]
    [InlineData("systemctl", "New-AragoraDeployPlan -Ref v2.7.0 -InstanceId")]
    [InlineData("systemctl", "Invoke-AragoraDeploy -Ref v2.7.0 -Confirm:$false -InstanceId")]
    [InlineData("flock", "Invoke-AragoraDeploy -Ref v2.7.0 -Confirm:$false -InstanceId")]
    public void What_is_missing_is_named(string program, string command)
    {
        Hide(program);
        try
        {
            var result = fleet.Engine.Run($"{command} {SandboxFleet.Api2}");

            var errors = (result.TerminatingError is { } terminating ? result.Errors.Append(terminating) : result.Errors).ToList();
            var error = Assert.Single(errors, error => SandboxFleet.Id(error) == "HostRefused");
            Assert.Matches($"the host has no {program}|systemd does not answer on this host", error.Exception.Message);
            Assert.Equal(SandboxFleet.Api2, Targets(error.TargetObject).Single().InstanceId);
            Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
            Assert.All(errors, other => Assert.DoesNotContain("command not found", other.ToString(), StringComparison.Ordinal));
            Assert.All(
                result.Values.OfType<HealthReport>(),
                report => Assert.Equal((Verdict.Unknown, error.Exception.Message), (report.Verdict, report.Reason)));
        }
        finally
        {
            Show();
        }
    }

    [Theory]
    [InlineData("Get-AragoraFleetVersion")]
    [InlineData("New-AragoraDeployPlan -Ref v2.7.0 -InstanceId")]
    public void A_host_without_the_service_has_none_to_tell_of(string command)
    {
        var unit = "/etc/systemd/system/aragora.service";
        fleet.Shell($"systemctl stop aragora; mv {unit} {unit}.away; systemctl daemon-reload", SandboxFleet.Api2);
        try
        {
            var result = fleet.Engine.Run($"{command} {SandboxFleet.Api2}");

            var error = Assert.Single(result.TerminatingError is { } terminating ? result.Errors.Append(terminating) : result.Errors,
                error => error.Exception.Message.Contains("has no unit aragora", StringComparison.Ordinal));
            Assert.Equal("LayoutUnsupported", SandboxFleet.Id(error));
            Assert.Equal(
                (Verdict.Unhealthy, "There is no unit aragora on the host."),
                fleet.Succeed($"Test-AragoraHealth {SandboxFleet.Api2}").Values.Cast<HealthReport>().Select(r => (r.Verdict, r.Reason)).Single());
        }
        finally
        {
            fleet.Shell(
                $"mv {unit}.away {unit}; systemctl daemon-reload; systemctl start aragora; " +
                "until curl -sf http://127.0.0.1:8080/readyz; do sleep 0.1; done",
                SandboxFleet.Api2);
        }
    }

    /// <summary>A file that is no program covers the machine's; the host has mounts of its own.</summary>
    private void Hide(string program) => fleet.Shell(
        $"""
        : >/run/nothing
        for file in /usr/bin/{program} /bin/{program}; do
          [[ ! -x $file ]] || mount --bind /run/nothing "$file"
        done
        [[ ! -e {StandIns}/{program} ]] || mv {StandIns}/{program} /run/hidden-{program}
        """,
        SandboxFleet.Api2);

    private void Show() => fleet.Shell(
        $$"""
        for program in git curl systemctl flock; do
          while umount /usr/bin/$program 2>/dev/null || umount /bin/$program 2>/dev/null; do :; done
          [[ ! -e /run/hidden-$program ]] || mv /run/hidden-$program {{StandIns}}/$program
        done
        """,
        SandboxFleet.Api2);

    private static IEnumerable<IHostIdentity> Targets(object target) =>
        target as IEnumerable<IHostIdentity> ?? (target is IHostIdentity host ? [host] : throw new InvalidOperationException($"{target}"));
}
