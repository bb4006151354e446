using System.Diagnostics;
using Aragora.Fleet.Sandbox.Http;

namespace Aragora.Fleet.Sandbox.App;

/// <summary>The health endpoints of the application, with the bodies that the real one gives.</summary>
internal sealed class AppEndpoints(AppOptions options, TimeSpan? startup = null)
{
    private const string DegradedReason = "Backend connectivity failure: redis unreachable";

    private const string NotStarted = """{"status":"not_ready","reason":"startup in progress"}""";
    private const string Note = "Server alive but degraded. Check /api/health for details.";

    private static readonly TimeSpan s_startup = TimeSpan.FromMilliseconds(300);

    private readonly GuardedAnswers _guarded = new(options);
    private readonly TimeSpan _startup = startup ?? s_startup;
    private readonly Stopwatch _uptime = Stopwatch.StartNew();

    public Task<HttpResponse> AnswerAsync(HttpRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(Answer(request));

    public HttpResponse Answer(HttpRequest request) => request.Path switch
    {
        "/api/health" or "/api/v1/health" => Health(request),
        "/healthz" => HttpResponse.Json(200, options.IsDegraded
            ? $$"""{"status":"ok","degraded":true,"degraded_reason":"{{DegradedReason}}","note":"{{Note}}"}"""
            : """{"status":"ok"}"""),
        "/readyz" => Ready(),
        "/readyz/dependencies" => Dependencies(),
        "/health/build" or "/api/health/build" or "/api/v1/health/build" => Build(request.Parameter("verify")),
        "/api/openapi.json" => HttpResponse.Json(
            200, """{"openapi":"3.1.0","info":{"title":"Aragora API","version":"1.0.0"},"paths":{}}"""),
        "/api/auth/health" => AuthHealth(),
        "/api/health/detailed" or "/api/v1/health/detailed" or "/api/health/deep" or "/api/v1/health/deep"
            or "/api/health/stores" or "/api/v1/health/stores" or "/api/v1/health/database" =>
            _guarded.Answer(request),
        _ => HttpResponse.Json(404, """{"error":"Not found"}"""),
    };

    private bool HasStarted => _uptime.Elapsed >= _startup && !options.NeverReady;

    private HttpResponse Health(HttpRequest request)
    {
        var (code, status) = options.IsDegraded ? (503, "degraded") : (200, "healthy");
        var time = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00Z'");
        return _guarded.IsAuthorized(request)
            ? _guarded.Health(code, status, time, _uptime.Elapsed)
            : HttpResponse.Json(code, $$"""{"status":"{{status}}","timestamp":"{{time}}"}""");
    }

    private HttpResponse Ready() => HasStarted
        ? HttpResponse.Json(
            200,
            """{"status":"ready","checks":{"degraded_mode":true,"startup_complete":true"""
            + ""","handlers_initialized":true,"storage_initialized":true,"elo_initialized":true"""
            + ""","redis_pool":"not_configured","db_pool":"not_configured"},"latency_ms":0.42"""
            + ""","fast_probe":true,"full_validation":"/readyz/dependencies"}""")
        : HttpResponse.Json(503, NotStarted);

    private HttpResponse Dependencies() => HasStarted
        ? HttpResponse.Json(
            200,
            """{"status":"ready","checks":{"storage":true,"elo_system":true"""
            + ""","redis":{"configured":false,"required":false}"""
            + ""","postgresql":{"configured":false,"required":false}"""
            + ""","api_keys":{"configured_count":2,"providers":["anthropic","openai"]}},"latency_ms":3.1}""")
        : HttpResponse.Json(503, NotStarted);

    private HttpResponse Build(string verify)
    {
        var (sha, shortSha, time) = (options.BuildSha, options.BuildSha[..8], options.BuildTime);
        var matches = sha.StartsWith(verify, StringComparison.Ordinal) ? "true" : "false";
        var verification = verify.Length == 0
            ? ""
            : $$""","verification":{"matches":{{matches}}"""
                + $$""","expected":"{{verify}}","current":"{{sha}}","current_short":"{{shortSha}}"}""";
        return HttpResponse.Json(
            200,
            $$"""{"sha":"{{sha}}","sha_short":"{{shortSha}}","build_time":"{{time}}","version":"dev"{{verification}}}""");
    }

    private static HttpResponse AuthHealth() => HttpResponse.Json(
        200,
        $$"""{"status":"ok","timestamp":{{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}}.0"""
        + ""","pool":{"initialized":true,"size":10,"free":10,"main_loop_running":true},"jwt":{"provided":false}}""");
}
