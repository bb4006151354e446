using System.Net;

namespace Aragora.Fleet.Sandbox.App;

/// <summary>How the application was started, and what its checkout is like.</summary>
internal sealed record AppOptions
{
    public required IPAddress Host { get; init; }

    public required int HttpPort { get; init; }

    public required string BuildSha { get; init; }

    /// <summary>As logs and answers name it.</summary>
    public string ShortSha => BuildSha[..Math.Min(8, BuildSha.Length)];

    public required string BuildTime { get; init; }

    public required string Version { get; init; }

    /// <summary>The word in the checkout that tells how this release behaves.</summary>
    public required string Behaviour { get; init; }

    /// <summary>SHA-256 of the token that has system.health.read, in hexadecimal digits.</summary>
    public required string TokenHash { get; init; }

    public bool IsDegraded => Behaviour == "degraded";

    public bool NeverReady => Behaviour == "never-ready";

    /// <summary>Reads <c>--name value</c> pairs; a build that the environment pins beats the commit.</summary>
    public static AppOptions Parse(string[] arguments)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i + 1 < arguments.Length; i += 2)
            values[arguments[i]] = arguments[i + 1];
        return new AppOptions
        {
            Host = IPAddress.Parse(values["--host"]),
            HttpPort = int.Parse(values["--http-port"]),
            BuildSha = FromEnvironment("ARAGORA_BUILD_SHA") ?? values["--commit"],
            BuildTime = FromEnvironment("ARAGORA_BUILD_TIME") ?? values["--committed"],
            Version = values["--version"],
            Behaviour = values["--behaviour"],
            TokenHash = values["--token-hash"],
        };
    }

    private static string? FromEnvironment(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
