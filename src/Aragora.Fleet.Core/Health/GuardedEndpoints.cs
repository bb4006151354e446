using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Health;

/// <summary>
/// Judges the endpoints that answer in full to a token only. The host sends what a verdict rests on, not the bodies, which
/// would not fit.
/// </summary>
internal static class GuardedEndpoints
{
    private const string Full = "full";
    private const string TokenNeeded = "needs a token with system.health.read";

    private static readonly (string Name, string Path)[] s_endpoints =
    [
        (Full, "/api/health"),
        ("detailed", "/api/health/detailed"),
        ("deep", "/api/health/deep"),
        ("stores", "/api/health/stores"),
        ("database", "/api/v1/health/database"),
    ];

    /// <summary>One verdict for each; Unknown where no token was asked for, or none could be read.</summary>
    public static IEnumerable<EndpointHealth> Read(ResultBlock block) => s_endpoints
        .Where(endpoint => endpoint.Name != Full || block.Text("token") is not null)
        .Select(endpoint => Read(block, endpoint.Name, endpoint.Path));

    /// <summary>How the service refused the token; null where it did not.</summary>
    public static string? Refusal(ResultBlock block) => s_endpoints
        .Select(endpoint => (endpoint.Path, Refusal: Refusal(block, endpoint.Name)))
        .Where(endpoint => endpoint.Refusal is not null)
        .Select(endpoint => $"{endpoint.Path} {endpoint.Refusal}")
        .FirstOrDefault();

    /// <summary>
    /// Why the guarded endpoints leave a check that was asked for open: one gave no answer that can be judged. A route that
    /// this release does not have is no doubt. Null where there is none.
    /// </summary>
    public static string? Doubt(ResultBlock block) => Read(block)
        .Where(endpoint => endpoint is { Verdict: Verdict.Unknown, StatusCode: not 404 })
        .Select(endpoint => $"{endpoint.Path}, asked with the token, {endpoint.Evidence}.")
        .FirstOrDefault();

    private static string? Refusal(ResultBlock block, string name) => block.Number($"{name}.code") switch
    {
        401 => "answered 401",
        403 => "answered 403, the token does not carry system.health.read",
        // This route is public too: to a token that it does not take it answers without its checks.
        200 or 503 when name == Full && block.Number("full.checks") == 0 => "answered as to anyone, without its checks",
        _ => null,
    };

    private static EndpointHealth Read(ResultBlock block, string name, string path)
    {
        var code = block.Number($"{name}.code");
        var (verdict, evidence) = code switch
        {
            null when block.Text("token") is null => (Verdict.Unknown, TokenNeeded),
            null => (Verdict.Unknown, "was not asked: the host could not read the token"),
            0 => (Verdict.Unknown, "no HTTP answer in time"),
            404 => (Verdict.Unknown, "this release has no such route"),
            _ when Refusal(block, name) is { } refusal => (Verdict.Unknown, refusal),
            _ => Judge(code.Value, block.Text($"{name}.status"), block.Text($"{name}.bad")),
        };
        return new EndpointHealth
        {
            Endpoint = name,
            Path = path,
            Verdict = verdict,
            StatusCode = code is null or 0 ? null : (int)code,
            Latency = block.Number($"{name}.ms") is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
            Evidence = evidence,
        };
    }

    private static (Verdict, string) Judge(long code, string? status, string? bad)
    {
        var evidence = bad is null ? status : $"{status}: {bad}";
        return (code, status) switch
        {
            (200, "healthy") when bad is null => (Verdict.Healthy, evidence!),
            (200, "healthy_with_warnings") => (Verdict.Healthy, evidence!),
            (200, "healthy") or (200 or 503, "degraded" or "warning") => (Verdict.Degraded, evidence!),
            (_, "unhealthy" or "unavailable" or "error") => (Verdict.Unhealthy, evidence!),
            (>= 500, _) => (Verdict.Unhealthy, $"HTTP {code}"),
            (_, null) => (Verdict.Unknown, $"HTTP {code} without a status"),
            _ => (Verdict.Unknown, $"HTTP {code}, status '{status}'"),
        };
    }
}
