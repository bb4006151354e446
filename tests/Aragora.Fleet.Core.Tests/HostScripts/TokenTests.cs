using Xunit;

namespace Aragora.Fleet.HostScripts;

/// <summary>The token that a host reads with its own role.</summary>
public sealed class TokenTests : IDisposable
{
    private readonly FakeHost _host = new();

    // The service of the tests listens in this process.
    public TokenTests() => _host.Say("pid", $"{Environment.ProcessId}");

    [HostTheory("bash", "git", "curl", "cksum", "timeout")]
    [InlineData("""{"OTHER":"x","HEALTH":"abc.DEF-123_~+/="}""", "HEALTH", "abc.DEF-123_~+/=")]
    [InlineData("""{"n":{"HEALTH":"wrong"},"a":[1,{"HEALTH":"wrong"}],"HEALTH":"right"}""", "HEALTH", "right")]
    [InlineData("""{ "HEALTH" : "quote\"back\\slash\/\u0041" }""", "HEALTH", """quote"back\slash/A""")]
    [InlineData("""{"a key]$(id)[":"value"}""", "a key]$(id)[", "value")]
    [InlineData("""{"HEALTH":"-K"}""", "HEALTH", "-K")]
    [InlineData("whole.secret", "", "whole.secret")]
    [InlineData("""{"is":"no-json-here"}""", "", """{"is":"no-json-here"}""")]
    public void Reaches_the_service_as_it_is(string secret, string key, string token)
    {
        _host.Say("secret", secret);
        _host.Say("guarded", """{"status":"healthy","checks":{"redis":{"healthy":true}}}""");

        var block = Probe(key).Block;

        Assert.Equal(("ok", "healthy", 1L), (block.Text("token"), block.Text("full.status"), block.Number("full.checks")));
        var seen = File.ReadAllLines(_host.At("tokens"));
        Assert.Equal(5, seen.Length);
        Assert.All(seen, line => Assert.EndsWith($" Bearer {token}", line, StringComparison.Ordinal));
    }

    [HostTheory("bash", "git", "curl", "cksum", "timeout")]
    [InlineData("""{"OTHER":"x"}""", "HEALTH", "nokey")]
    [InlineData("""{"HEALTH":""}""", "HEALTH", "nokey")]
    [InlineData("None", "", "nokey")]
    [InlineData("plain", "HEALTH", "nojson")]
    [InlineData("""{"HEALTH":"cut""", "HEALTH", "nojson")]
    [InlineData("""{"HEALTH":"two\nlines"}""", "HEALTH", "unfit")]
    [InlineData("""{"HEALTH":"carriage\r"}""", "HEALTH", "unfit")]
    [InlineData("""{"HEALTH":"two words"}""", "HEALTH", "unfit")]
    [InlineData("""{"HEALTH":"\u00e9"}""", "HEALTH", "unfit")]
    [InlineData("""{"HEALTH":"é"}""", "HEALTH", "unfit")]
    [InlineData("""{"HEALTH":"nul\u0000"}""", "HEALTH", "unfit")]
    public void Is_not_sent_where_it_is_none(string secret, string key, string state)
    {
        _host.Say("secret", secret);

        var block = Probe(key).Block;

        Assert.Equal((state, null), (block.Text("token"), block.Text("full.code")));
        Assert.Equal(200, block.Number("readyz.code"));
        Assert.False(File.Exists(_host.At("tokens")));
    }

    [HostTheory("bash", "git", "curl", "cksum", "timeout")]
    [InlineData("254 An error occurred (ResourceNotFoundException) when calling", "nosecret", "ResourceNotFoundException")]
    [InlineData("254 An error occurred (AccessDeniedException) when calling", "denied", "AccessDeniedException")]
    [InlineData("253 Unable to locate credentials. You can configure", "nocredentials", "credentials")]
    [InlineData("254 An error occurred (ExpiredTokenException) when calling", "nocredentials", "ExpiredTokenException")]
    [InlineData("254 An error occurred (DecryptionFailure) when calling", "failed", "DecryptionFailure")]
    [InlineData("124 slow", "timeout", null)]
    [InlineData("255 hunter2 leaks here", "failed", null)]
    public void Of_a_failure_the_kind_alone_is_told(string fate, string state, string? error)
    {
        _host.Say("aws", fate);

        var answer = Probe("HEALTH");

        Assert.Equal((0, string.Empty), (answer.ExitCode, answer.Error));
        Assert.Equal((state, error), (answer.Block.Text("token"), answer.Block.Text("token.error")));
        Assert.DoesNotContain("hunter2", answer.Output, StringComparison.Ordinal);
    }

    [HostFact("bash", "git", "curl", "cksum", "timeout")]
    public void Is_in_no_answer_and_in_no_file()
    {
        _host.Say("secret", """{"HEALTH":"very-secret-token"}""");
        _host.Say("guarded", """
            {"status":"bad very-secret-token","checks":{"redis":{"healthy":false,"error":"saw very-secret-token"}}}
            """);

        var answer = Probe("HEALTH");

        Assert.Equal("redis saw ***", answer.Block.Text("full.bad"));
        Assert.DoesNotContain("very-secret-token", answer.Output + answer.Error, StringComparison.Ordinal);
        var files = Directory.EnumerateFiles(_host.Folder, "*", SearchOption.AllDirectories)
            .Where(file => file != _host.At("secret") && file != _host.At("guarded") && file != _host.At("tokens"));
        Assert.All(files, file => Assert.DoesNotContain("very-secret-token", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [HostTheory("bash", "git", "curl", "cksum", "timeout")]
    [InlineData("fleet/secret", "us-east-2")]
    [InlineData("arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-AbCdEf", "eu-west-1")]
    public void Is_asked_for_in_the_region_that_holds_it(string secret, string region)
    {
        _host.Say("secret", "token");

        Probe("", secret);

        Assert.Contains(
            $"aws secretsmanager get-secret-value --secret-id {secret} --query SecretString --output text --region {region}",
            _host.Calls);
    }

    [HostFact("bash", "git", "curl", "cksum", "timeout")]
    public void What_is_wrong_is_named_within_the_size_of_the_block()
    {
        _host.Say("secret", "token");
        _host.Say("guarded", """
            {"status": "degraded", "demo_mode": true, "warnings": null, "components": {"storage": true, "elo_system": false},
             "checks": {"redis": {"healthy": false, "error": "Connection failed"}, "db": {"healthy": true, "ok": [1, 2.5e3]}},
             "validation": {"errors": ["core.db is missing"], "warnings": []}}
            """);
        _host.Say("healthz", new string('x', 9_000));
        _host.Say("build", new string('x', 9_000));

        var answer = Probe("");

        Assert.Equal(
            "demo mode; elo_system; redis Connection failed; core.db is missing", answer.Block.Text("full.bad"));
        Assert.Equal("degraded", answer.Block.Text("database.status"));
        Assert.InRange(answer.Output.Length, 1, 2_300);
    }

    [HostTheory("bash", "git", "curl", "cksum", "timeout")]
    [InlineData("0", "noservice")]
    [InlineData("1", "nolistener")]
    public void Is_given_to_nobody_but_the_service(string pid, string state)
    {
        _host.Say("secret", "token");
        _host.Say("pid", pid);

        Assert.Equal(state, Probe("").Block.Text("token"));
        Assert.False(File.Exists(_host.At("tokens")));
        Assert.DoesNotContain(_host.Calls, call => call.StartsWith("aws ", StringComparison.Ordinal));
    }

    /// <summary>bash before 5.1 writes a here-string and a here-document to a file.</summary>
    [Theory]
    [InlineData("lib/token.sh")]
    [InlineData("lib/json.sh")]
    public void Is_in_no_here_string(string script) =>
        Assert.DoesNotContain("<<", ScriptComposer.Read(script), StringComparison.Ordinal);

    public void Dispose() => _host.Dispose();

    private ShellAnswer Probe(string key, string secret = "fleet/secret") => _host.Run(
        HostOperation.Probe,
        new() { ["P_SECTIONS"] = "health", ["P_SECRET"] = secret, ["P_SECRET_KEY"] = key });
}
