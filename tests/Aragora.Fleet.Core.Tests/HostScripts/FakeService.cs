namespace Aragora.Fleet.HostScripts;

/// <summary>The application's HTTP side: what it says follows from the files of a fake host.</summary>
internal sealed class FakeService(string folder) : FakeServer
{
    private readonly object _tokens = new();
    private int _flaps;

    protected override (string Code, string Body)? Answer(string path, string authorization) =>
        Say("running").Length == 0 ? null : Guarded(path, authorization) ?? Answer(path);

    /// <summary>To a token the service says what the file "guarded" holds, and writes down what token it got.</summary>
    private (string Code, string Body)? Guarded(string path, string authorization)
    {
        if (authorization.Length == 0)
            return null;
        lock (_tokens)
            File.AppendAllText(Path.Combine(folder, "tokens"), $"{path} {authorization}\n");
        return ("200", Say("guarded"));
    }

    private (string Code, string Body) Answer(string path) => (path, Say("fate")) switch
    {
        ("/readyz", "unready") => ("503", """{"status":"not_ready","reason":"startup in progress"}"""),
        ("/readyz", "flaps") when Interlocked.Increment(ref _flaps) % 3 == 0 => ("503", """{"status":"not_ready"}"""),
        ("/readyz", _) => ("200", """{"status":"ready","checks":{"degraded_mode":true}}"""),
        ("/readyz/dependencies", "demo") => ("200", """{"checks":{"api_keys":{"configured_count":0}}}"""),
        ("/readyz/dependencies", "silent") => ("200", """{"checks":{}}"""),
        ("/readyz/dependencies", _) => ("200", """{"checks":{"api_keys":{"configured_count": 2}}}"""),
        ("/api/health/build", "old-build") => ("404", "{}"),
        ("/api/health/build", _) => ("200", $$"""{"sha":"{{Say("build")}}","version":"dev"}"""),
        ("/api/health", _) => ("200", """{"status":"healthy","timestamp":"2026-03-07T12:34:56.123456+00:00Z"}"""),
        ("/healthz", _) => ("200", Say("healthz") is { Length: > 0 } text ? text : """{"status":"ok"}"""),
        ("/api/openapi.json", _) => ("200", new string('x', 3_000_000)),
        _ => ("404", "{}"),
    };

    private string Say(string name)
    {
        var file = Path.Combine(folder, name);
        return File.Exists(file) ? File.ReadAllText(file).TrimEnd('\n') : string.Empty;
    }
}
