using System.Text.Json;
using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Health;

/// <summary>Judges what the endpoints answered on a host.</summary>
internal static class EndpointReader
{
    private static readonly (string Name, string Path, Func<Answer, (Verdict, string)> Judge)[] s_endpoints =
    [
        ("health", "/api/health", JudgeHealth),
        ("healthz", "/healthz", JudgeLiveness),
        ("readyz", "/readyz", JudgeReadiness),
        ("dependencies", "/readyz/dependencies", JudgeDependencies),
        ("build", "/api/health/build", JudgeBuild),
        ("openapi", "/api/openapi.json", JudgeOpenApi),
        ("auth", "/api/auth/status", JudgeAuth),
    ];

    /// <summary>One verdict for each endpoint of the runbook, in its order.</summary>
    public static IReadOnlyList<EndpointHealth> Read(ResultBlock block) =>
    [
        .. s_endpoints.Select(endpoint => Read(block, endpoint.Name, endpoint.Path, endpoint.Judge)),
        .. GuardedEndpoints.Read(block),
    ];

    private static EndpointHealth Read(
        ResultBlock block, string name, string path, Func<Answer, (Verdict, string)> judge)
    {
        if (!block.Values.TryGetValue($"{name}.code", out var text) || !int.TryParse(text, out var code))
        {
            return new EndpointHealth { Endpoint = name, Path = path, Verdict = Verdict.Unknown, Evidence = "was not asked" };
        }

        if (code == 0)
        {
            return new EndpointHealth
            {
                Endpoint = name, Path = path, Verdict = Verdict.Unhealthy, Evidence = "no HTTP answer",
            };
        }

        using var body = Parse(block.Values.GetValueOrDefault($"{name}.body"));
        var answer = new Answer(code, body?.RootElement);
        var (verdict, evidence) = judge(answer);
        return new EndpointHealth
        {
            Endpoint = name,
            Path = path,
            Verdict = verdict,
            StatusCode = code,
            Latency = double.TryParse(block.Values.GetValueOrDefault($"{name}.ms"), out var ms)
                ? TimeSpan.FromMilliseconds(ms)
                : null,
            Timestamp = HealthTimestamp.Parse(answer.Text("timestamp")),
            Evidence = evidence,
        };
    }

    // A body that was cut or is no JSON object answers no question.
    private static JsonDocument? Parse(string? body)
    {
        try
        {
            var document = string.IsNullOrEmpty(body) ? null : JsonDocument.Parse(body);
            return document?.RootElement.ValueKind == JsonValueKind.Object ? document : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static (Verdict, string) JudgeHealth(Answer answer) => (answer.Code, answer.Text("status")) switch
    {
        (200, "healthy") => (Verdict.Healthy, "healthy"),
        (200 or 503, "degraded") => (Verdict.Degraded, "degraded"),
        (>= 500, _) => (Verdict.Unhealthy, $"HTTP {answer.Code}"),
        (_, { } status) => (Verdict.Unknown, $"HTTP {answer.Code}, status '{status}'"),
        _ => (Verdict.Unknown, $"HTTP {answer.Code} without a status"),
    };

    private static (Verdict, string) JudgeLiveness(Answer answer) => (answer.Code, answer.Flag("degraded")) switch
    {
        (200, true) => (Verdict.Degraded, answer.Text("degraded_reason") ?? "degraded"),
        (200, _) when answer.Text("status") == "ok" => (Verdict.Healthy, "ok"),
        (>= 500, _) => (Verdict.Unhealthy, $"HTTP {answer.Code}"),
        _ => (Verdict.Unknown, $"HTTP {answer.Code} without a status"),
    };

    private static (Verdict, string) JudgeReadiness(Answer answer) => (answer.Code, answer.Text("status")) switch
    {
        (200, "ready") => (Verdict.Healthy, "ready"),
        (503, "not_ready") when answer.Has("degraded") =>
            (Verdict.Degraded, answer.Text("reason") ?? "degraded mode"),
        (503, "not_ready") => (Verdict.Unhealthy, answer.Text("reason") ?? "not ready"),
        (>= 500, _) => (Verdict.Unhealthy, $"HTTP {answer.Code}"),
        _ => (Verdict.Unknown, $"HTTP {answer.Code} without a status"),
    };

    private static (Verdict, string) JudgeDependencies(Answer answer) => answer switch
    {
        { Code: 200 } when answer.Number("checks", "api_keys", "configured_count") == 0 =>
            (Verdict.Degraded, "no AI provider key is configured: the server runs in demo mode"),
        { Code: 200 } when answer.Text("status") == "ready" => (Verdict.Healthy, "ready"),
        { Code: 503 } => (Verdict.Degraded, "a dependency is not ready"),
        _ => (Verdict.Unknown, $"HTTP {answer.Code}"),
    };

    private static (Verdict, string) JudgeBuild(Answer answer) => answer.Text("sha") switch
    {
        { Length: 40 } sha when answer.Code == 200 => (Verdict.Healthy, sha),
        _ => (Verdict.Unknown, $"HTTP {answer.Code}, no commit named"),
    };

    private static (Verdict, string) JudgeOpenApi(Answer answer) => answer.Code switch
    {
        200 => (Verdict.Healthy, "served"),
        401 => (Verdict.Unknown, "needs a token on this release"),
        _ => (Verdict.Unknown, $"HTTP {answer.Code}"),
    };

    private static (Verdict, string) JudgeAuth(Answer answer) => answer.Code switch
    {
        200 => (Verdict.Healthy, "served"),
        404 => (Verdict.Unknown, "this release has no such route"),
        _ => (Verdict.Unknown, $"HTTP {answer.Code}"),
    };

    private readonly record struct Answer(int Code, JsonElement? Body)
    {
        public string? Text(string name) =>
            Body is { } body && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;

        public bool? Flag(string name) => Body is { } body && body.TryGetProperty(name, out var value)
            ? value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null }
            : null;

        public bool Has(string name) => Body is { } body && body.TryGetProperty(name, out _);

        public int? Number(params string[] path)
        {
            var at = Body;
            foreach (var name in path)
            {
                at = at is { ValueKind: JsonValueKind.Object } node && node.TryGetProperty(name, out var next) ? next : null;
            }

            return at is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : null;
        }
    }
}
