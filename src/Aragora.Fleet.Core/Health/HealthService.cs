using System.Runtime.CompilerServices;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Health;

/// <summary>Asks hosts for their health, from the host itself: never through a load balancer.</summary>
/// <param name="runner">Runs operations on hosts.</param>
/// <param name="settings">The unit's name.</param>
public sealed class HealthService(HostOperationRunner runner, FleetSettings settings)
{
    /// <summary>Streams one report for each target; a host that gives no answer is Unknown, with the failure beside it.</summary>
    /// <param name="targets">The hosts.</param>
    /// <param name="token">Where each host finds a token for the endpoints that need one; null to leave those out.</param>
    /// <param name="cancellationToken">Gives the check up.</param>
    public async IAsyncEnumerable<(HealthReport Report, FleetException? Failure)> CheckAsync(
        IReadOnlyList<HostTarget> targets,
        TokenSecret? token,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, string> { ["P_UNIT"] = settings.Unit, ["P_SECTIONS"] = "health" };
        if (token is not null)
        {
            parameters["P_SECRET"] = token.SecretId;
            parameters["P_SECRET_KEY"] = token.Key ?? "";
        }

        var answers = runner.RunAsync(
            HostOperation.Probe, parameters, targets, "the health check", OwnComment.For("health"), cancellationToken);
        await foreach (var answer in answers.ConfigureAwait(false))
        {
            yield return Report(answer, token);
        }
    }

    /// <summary>The report of a host that could not be asked.</summary>
    public static HealthReport Unknown(HostTarget target, FleetException failure) => new()
    {
        InstanceId = target.InstanceId,
        Name = target.Name,
        Environment = target.Environment,
        Region = target.Region,
        Verdict = Verdict.Unknown,
        Reason = failure.Message,
    };

    private static (HealthReport Report, FleetException? Failure) Report(HostAnswer answer, TokenSecret? token)
    {
        if (answer.Block is not { } block || answer.Refusal is not null)
        {
            var failure = answer.Failure ?? answer.Refusal!;
            return (Unknown(answer.Target, failure), failure);
        }

        var endpoints = EndpointReader.Read(block);
        var finding = token is null ? null : TokenFinding.Find(token, block, answer.Target);
        var (verdict, reason) = HealthJudge.Judge(
            block, endpoints, finding?.Message ?? (token is null ? null : GuardedEndpoints.Doubt(block)));
        var build = endpoints.First(endpoint => endpoint.Endpoint == "build");
        return (new HealthReport
        {
            InstanceId = answer.Target.InstanceId,
            Name = answer.Target.Name,
            Environment = answer.Target.Environment,
            Region = answer.Target.Region,
            Verdict = verdict,
            Reason = reason,
            Service = $"{block.Values.GetValueOrDefault("active")} ({block.Values.GetValueOrDefault("sub")})",
            MainProcessId = block.Number("pid") is > 0 and var pid ? (int)pid : null,
            RestartCount = (int?)block.Number("restarts"),
            RunningCommit = build.Verdict == Verdict.Healthy ? build.Evidence : null,
            Endpoints = endpoints,
            CheckedAt = answer.Reply.Finished,
        }, finding);
    }
}
