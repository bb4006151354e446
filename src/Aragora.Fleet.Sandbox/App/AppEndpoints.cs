using System.Diagnostics;
using Aragora.Fleet.Sandbox.Http;

namespace Aragora.Fleet.Sandbox.App;

/// <summary>The health endpoints of the application, with the bodies that the real one gives.</summary>
internal sealed class AppEndpoints(AppOptions options, TimeSpan? startup = null)
{
    private static readonly TimeSpan s_startup = TimeSpan.FromMilliseconds(300);

    private readonly TokenCheck _token = new(options.TokenHash);
    private readonly TimeSpan _startup = startup ?? s_startup;
    private readonly Stopwatch _uptime = Stopwatch.StartNew();

    public Task<HttpResponse> AnswerAsync(HttpRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(Answer(request));

    public HttpResponse Answer(HttpRequest request)
    {
        var (code, name) = Choose(request);
        return HttpResponse.Json(code, AnswerBodies.Fill(name, Values(request.Parameter("verify"))));
    }

    /// <summary>The status code, and the name of the body.</summary>
    private (int Code, string Name) Choose(HttpRequest request) => request.Path switch
    {
        "/api/health" or "/api/v1/health" =>
            (options.IsDegraded ? 503 : 200, _token.Passes(request) ? "health-full" : "health"),
        "/healthz" => (200, options.IsDegraded ? "healthz-degraded" : "healthz"),
        "/readyz" => OnceStarted("ready"),
        "/readyz/dependencies" => OnceStarted("dependencies"),
        "/health/build" or "/api/health/build" or "/api/v1/health/build" =>
            (200, request.Parameter("verify").Length > 0 ? "build-verified" : "build"),
        "/api/openapi.json" => (200, "openapi"),
        "/api/auth/health" => (200, "auth"),
        "/api/health/detailed" or "/api/v1/health/detailed" or "/api/health/deep" or "/api/v1/health/deep"
            or "/api/health/stores" or "/api/v1/health/stores" or "/api/v1/health/database" =>
            _token.Passes(request) ? (200, request.Path.Split('/')[^1]) : (401, "unauthorized"),
        _ => (404, "not-found"),
    };

    private (int Code, string Name) OnceStarted(string name) =>
        _uptime.Elapsed >= _startup && !options.NeverReady ? (200, name) : (503, "not-started");

    private (string Name, string Value)[] Values(string expected)
    {
        var now = DateTimeOffset.UtcNow;
        return
        [
            ("@status@", options.IsDegraded ? "degraded" : "healthy"),
            ("@time@", now.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00Z'")),
            ("@version@", options.Version),
            ("@sha@", options.BuildSha),
            ("@short@", options.ShortSha),
            ("@built@", options.BuildTime),
            ("@expected@", expected),
            ("#uptime#", $"{(int)_uptime.Elapsed.TotalSeconds}"),
            ("#epoch#", $"{now.ToUnixTimeSeconds()}.0"),
            ("#matches#", options.BuildSha.StartsWith(expected, StringComparison.Ordinal) ? "true" : "false"),
            ("#redis#", AnswerBodies.Fill(options.IsDegraded ? "redis-failed" : "redis", [])),
            ("#keys#", AnswerBodies.Fill("keys", [])),
        ];
    }
}
