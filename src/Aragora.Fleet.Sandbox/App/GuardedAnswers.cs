using System.Security.Cryptography;
using System.Text;
using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.SecretsManager;

namespace Aragora.Fleet.Sandbox.App;

/// <summary>What the application tells the bearer of a token with system.health.read.</summary>
internal sealed class GuardedAnswers(AppOptions options)
{
    private const string Scheme = "Bearer ";

    private static readonly HttpResponse s_unauthorized = HttpResponse.Json(
        401, """{"error":"Authentication required","code":"auth_required"}""");

    /// <summary>Whether the request carries the token.</summary>
    public bool IsAuthorized(HttpRequest request) =>
        request.Header("Authorization") is { } header
        && header.StartsWith(Scheme, StringComparison.Ordinal)
        && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(HealthToken.Hash(header[Scheme.Length..])),
            Encoding.ASCII.GetBytes(options.TokenHash));

    /// <summary>The full body of /api/health.</summary>
    public HttpResponse Health(int code, string status, string time, TimeSpan uptime) => HttpResponse.Json(
        code,
        $$"""{"status":"{{status}}","version":"{{options.Version}}","uptime_seconds":{{(int)uptime.TotalSeconds}}"""
        + ""","demo_mode":false,"db_mode":"sqlite","checks":{"degraded_mode":{"healthy":true,"status":"normal"}"""
        + ""","database":{"healthy":true,"latency_ms":1.23},"elo_system":{"healthy":true}"""
        + ""","nomic_dir":{"healthy":true},"filesystem":{"healthy":true}"""
        + $$""","redis":{{Redis()}}"""
        + ""","ai_providers":{"healthy":true,"any_available":true,"available_count":2"""
        + ""","providers":{"anthropic":true,"openai":true,"gemini":false}}"""
        + ""","websocket":{"healthy":true,"note":"Managed by separate aiohttp server"}"""
        + ""","circuit_breakers":{"healthy":true,"open":0,"half_open":0,"closed":3}"""
        + ""","rate_limiters":{"healthy":true,"active_ips":1},"security_services":{"healthy":true}}"""
        + $$""","timestamp":"{{time}}","response_time_ms":45.12}""");

    /// <summary>The other guarded routes.</summary>
    public HttpResponse Answer(HttpRequest request) => IsAuthorized(request)
        ? HttpResponse.Json(200, request.Path.Split('/')[^1] switch
        {
            "detailed" => $$"""{"status":"{{Status}}","components":{"storage":true,"elo_system":true,"nomic_dir":true}"""
                + ""","version":"1.0.0","warnings":[],"memory":{"rss_mb":212.4,"percent":5.1}}""",
            "deep" => $$"""{"status":"{{Status}}","version":"{{options.Version}}","checks":{"redis":{{Redis()}}"""
                + ""","disk":{"healthy":true,"used_percent":41.0,"free_gb":18.2,"path":"/"}}"""
                + ""","warnings":null,"response_time_ms":812.4}""",
            "stores" => """{"status":"healthy","stores":{"debate_storage":{"healthy":true,"status":"connected"}"""
                + ""","elo_system":{"healthy":true,"status":"connected"}},"elapsed_ms":3.1"""
                + ""","summary":{"total":2,"healthy":2,"connected":2,"not_initialized":0}}""",
            _ => """{"status":"healthy","mode":"consolidated","validation":{"success":true,"errors":[],"warnings":[]}"""
                + ""","versions":{"success":true,"warnings":[]},"databases":{"core.db":{"exists":true}}}""",
        })
        : s_unauthorized;

    private string Status => options.IsDegraded ? "degraded" : "healthy";

    private string Redis() => options.IsDegraded
        ? """{"healthy":false,"configured":true,"error":"Connection failed"}"""
        : """{"healthy":true,"configured":false}""";
}
