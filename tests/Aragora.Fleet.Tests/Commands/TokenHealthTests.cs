using System.Management.Automation;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Health;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>Health with a token that each host reads with its own role.</summary>
public sealed class TokenHealthTests(SandboxFleet fleet) : IClassFixture<SandboxFleet>
{
    private const string Secret = "aragora/production#ARAGORA_HEALTH_TOKEN";

    [Theory]
    [InlineData(Secret)]
    [InlineData("aragora/health-token")]
    public void With_a_token_every_guarded_endpoint_has_a_verdict(string secret)
    {
        var reports = fleet.Succeed($"Test-AragoraHealth -TokenSecret '{secret}'").Values.Cast<HealthReport>().ToList();

        Assert.Equal(4, reports.Count);
        Assert.All(reports, report =>
        {
            Assert.Equal(Verdict.Healthy, report.Verdict);
            Assert.Equal(
                ["full", "detailed", "deep", "stores", "database"],
                report.Endpoints.TakeLast(5).Select(endpoint => endpoint.Endpoint));
            Assert.All(report.Endpoints.TakeLast(5), e => Assert.Equal((Verdict.Healthy, 200), (e.Verdict, e.StatusCode)));
        });
    }

    [Theory]
    [InlineData("aragora/nothing#KEY", "TokenUnavailable", "no such secret")]
    [InlineData("aragora/production#NOTHING", "TokenUnavailable", "no key 'NOTHING'")]
    [InlineData("aragora/production#JWT_SIGNING_KEY", "TokenUnavailable", "cannot carry")]
    [InlineData("aragora/health-token#KEY", "TokenUnavailable", "no JSON")]
    [InlineData("billing/production", "TokenUnavailable", "may not read")]
    [InlineData("aragora/production#ARAGORA_API_TOKEN", "TokenRejected", "does not take the token")]
    public void Without_a_token_that_is_taken_a_host_is_unknown_and_says_why(string secret, string id, string reason)
    {
        var result = fleet.Engine.Run($"Test-AragoraHealth {SandboxFleet.ApiServer} -TokenSecret '{secret}'");

        var report = (HealthReport)Assert.Single(result.Values);
        Assert.Equal(Verdict.Unknown, report.Verdict);
        Assert.Contains(reason, report.Reason, StringComparison.Ordinal);
        var error = Assert.Single(result.Errors);
        Assert.Equal((id, report.Reason), (SandboxFleet.Id(error), error.Exception.Message));
        Assert.Equal(SandboxFleet.ApiServer, Assert.IsType<HostTarget>(error.TargetObject).InstanceId);
    }

    [Fact]
    public void A_host_without_the_program_is_unknown_and_not_healthy()
    {
        const string Hide = "mv /run/sandbox/bin/aws /run/sandbox/bin/aws.away; type -P aws || echo none";
        var left = fleet.Shell(Hide, SandboxFleet.Api2);
        try
        {
            var result = fleet.Engine.Run(
                $"Test-AragoraHealth {SandboxFleet.Api2} -TokenSecret '{Secret}'; "
                + $"Test-AragoraHealth {SandboxFleet.Api2} -TokenSecret '{Secret}' -Quiet");

            Assert.Equal(Verdict.Unknown, ((HealthReport)result.Values.First()).Verdict);
            Assert.Equal(false, result.Values.Last());
            Assert.All(result.Errors, error => Assert.Equal("TokenUnavailable", SandboxFleet.Id(error)));

            // A machine may have the real program, which has no credentials on this host.
            var reason = left == "none" ? "has no program aws" : "no valid credentials";
            Assert.Contains(reason, result.Errors[0].Exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            fleet.Shell("mv /run/sandbox/bin/aws.away /run/sandbox/bin/aws", SandboxFleet.Api2);
        }
    }

    [Theory]
    [InlineData("''")]
    [InlineData("'#KEY'")]
    [InlineData("'id#'")]
    [InlineData("'a#b#c'")]
    [InlineData("'$(id)#x'")]
    public void A_secret_that_is_named_wrongly_is_refused_before_anything_is_sent(string secret)
    {
        var before = fleet.Succeed("Get-AragoraCommand").Output.Count;

        var result = fleet.Engine.RunToFailure($"Test-AragoraHealth -TokenSecret {secret}");

        Assert.Equal("TokenSecretInvalid", SandboxFleet.Id(result.TerminatingError!));
        Assert.Equal(before, fleet.Succeed("Get-AragoraCommand").Output.Count);
    }

    [Fact]
    public void The_token_is_in_no_process_no_file_no_stream_and_no_history()
    {
        // On the host: holds the application still, looks at every process while a request with the token waits for it,
        // and then at every file. The token stays in a variable of the scan, and reaches grep through a pipe.
        fleet.Engine.SetVariable("scan", """
            token=$(aws secretsmanager get-secret-value --secret-id aragora/health-token --query SecretString --output text)
            pattern() { printf '%s\n' "$token"; }
            pid=$(systemctl show aragora --property=MainPID); pid=${pid#*=}
            kill -STOP "$pid"
            trap 'kill -CONT "$pid"' EXIT
            waiting=0 looks=0 hits=0
            while ((waiting < 20 && looks < 4000)); do
              looks=$((looks + 1))
              for process in /proc/[0-9]*; do
                { tr '\0' ' ' <"$process/cmdline"; } 2>/dev/null >/dev/null || continue
                if tr '\0' '\n' 2>/dev/null <"$process/cmdline" | grep -q -x -e '-K'; then waiting=$((waiting + 1)); fi
                if cat "$process/cmdline" "$process/environ" 2>/dev/null | grep -a -q -F -f <(pattern); then
                  hits=$((hits + 1))
                fi
              done
            done
            files=$(grep -r -l -a -F -f <(pattern) /var /tmp /root /home /opt /etc /run 2>/dev/null | wc -l)
            printf 'waiting=%d hits=%d files=%d\n' "$((waiting > 0))" "$hits" "$files"
            """);
        var scan = (CommandResult)fleet.Succeed(
            $"Invoke-AragoraCommand {SandboxFleet.Al2023First} -Script $scan -NoWait -Confirm:$false").Values.Single();

        var checks = new List<EngineResult>();
        fleet.Engine.SetVariable("id", scan.CommandId);
        while (fleet.Succeed("Get-AragoraCommand $id").Values.Cast<History.CommandInvocation>().Single().State
            is CommandState.Pending or CommandState.Running)
        {
            checks.Add(fleet.Engine.Run(
                $"Test-AragoraHealth {SandboxFleet.Al2023First} -TokenSecret '{Secret}' -Verbose -Debug"));
            Assert.True(checks.Count < 20, "The scan does not end.");
        }

        checks.Add(fleet.Engine.Run($"Test-AragoraHealth -TokenSecret '{Secret}' -Verbose -Debug"));
        var history = fleet.Succeed("Get-AragoraCommand | Receive-AragoraCommand");
        var found = fleet.Succeed("(Receive-AragoraCommand $id).StandardOutput").Values.Single();

        Assert.Equal("waiting=1 hits=0 files=0\n", found);
        var token = fleet.Shell(
            "aws secretsmanager get-secret-value --secret-id aragora/health-token --query SecretString --output text");
        Assert.True(token.Length > 100);
        Assert.All(checks.Append(history).SelectMany(Texts), text => Assert.DoesNotContain(token, text, StringComparison.Ordinal));
        Assert.Contains(checks, check => check.Verbose.Count > 0 && check.Debug.Count > 0);
    }

    [Fact]
    public void The_script_that_was_sent_names_the_secret_and_holds_no_token()
    {
        fleet.Succeed($"Test-AragoraHealth {SandboxFleet.ApiServer} -TokenSecret '{Secret}'");

        // The agent keeps each script; this is the newest that asks for a secret.
        var kept = fleet.Shell(
            "cd /var/lib/amazon/ssm/*/document/orchestration && grep -l P_SECRET= -r . | xargs ls -t | xargs grep -h ^P_SECRET");

        Assert.Contains("P_SECRET='aragora/production'\nP_SECRET_KEY='ARAGORA_HEALTH_TOKEN'", kept, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Texts(EngineResult result) =>
    [
        .. result.Verbose,
        .. result.Debug,
        .. result.Warnings,
        .. result.Information,
        .. result.Errors.Select(error => $"{error} {error.Exception} {error.ErrorDetails?.Message}"),
        .. result.Values.OfType<HealthReport>().SelectMany(report => report.Endpoints.Select(e => e.Evidence).Append(report.Reason)),
        .. result.Values.OfType<CommandResult>().SelectMany(r => (string[])[r.StandardOutput, r.StandardError]),
    ];
}
