using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Health;

/// <summary>Says why a check with a token is no check: the host could not read it, or the service does not take it.</summary>
internal static class TokenFinding
{
    /// <summary>The failure; null where the token was read and taken.</summary>
    public static FleetException? Find(TokenSecret secret, ResultBlock block, HostTarget host)
    {
        if (Unreadable(secret, block) is { } reason)
        {
            return new FleetException(
                FailureKind.TokenUnavailable,
                $"{host} could not read the token from {secret}: {reason}.",
                Action(block.Text("token")),
                host);
        }

        return GuardedEndpoints.Refusal(block) is { } refusal
            ? new FleetException(
                FailureKind.TokenRejected,
                $"The service on {host} does not take the token from {secret}: {refusal}.",
                "Store a token whose role has system.health.read.",
                host)
            : null;
    }

    private static string Action(string? state) => state switch
    {
        "noprogram" => "Install the AWS CLI on the host; a virtual host of a sandbox has none.",
        "noservice" or "nolistener" => "Look at the service first.",
        _ => "Check the name, the key and the role of the instance: secretsmanager:GetSecretValue.",
    };

    private static string? Unreadable(TokenSecret secret, ResultBlock block) => block.Text("token") switch
    {
        "ok" => null,
        "noservice" => "the service is not running, so it was not asked for",
        "nolistener" => "the service does not listen on its port, and nobody else is given it",
        "noprogram" => "the host has no program aws",
        "timeout" => "Secrets Manager did not answer in time",
        "nosecret" => "there is no such secret",
        "denied" => "the role of the host may not read this secret",
        "nocredentials" => "the host has no valid credentials",
        "nojson" => "the secret is no JSON object with keys",
        "nokey" when secret.Key is null => "the secret holds no text",
        "nokey" => $"the secret has no key '{secret.Key}' with a value",
        "unfit" => "it holds characters that an HTTP header cannot carry, or too many",
        "failed" when block.Text("token.error") is { } error => $"Secrets Manager answered {error}",
        "failed" => "the program aws failed",
        _ => "the host did not say what became of it",
    };
}
