using System.Text.RegularExpressions;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Health;

/// <summary>Where a host finds the token of the health endpoints: the name of a secret, never its value.</summary>
/// <param name="SecretId">The name or ARN of a secret in Secrets Manager.</param>
/// <param name="Key">The key of the secret's JSON whose value is the token; null where the whole secret is the token.</param>
public sealed partial record TokenSecret(string SecretId, string? Key)
{
    private const int MaxIdLength = 2048;
    private const int MaxKeyLength = 256;

    /// <summary>Reads <c>ID#KEY</c> or <c>ID</c>.</summary>
    /// <exception cref="FleetException">TokenSecretInvalid.</exception>
    public static TokenSecret Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split('#');
        var fault = parts switch
        {
            { Length: > 2 } => "it has more than one '#'",
            ["", ..] => "it names no secret",
            [_, ""] => "it names no key after the '#'",
            [{ Length: > MaxIdLength }, ..] => $"a secret's name has at most {MaxIdLength} characters",
            [_, { Length: > MaxKeyLength }] => $"a key has at most {MaxKeyLength} characters",
            [var id, ..] when !SecretName().IsMatch(id) => "a secret's name has letters, digits and /_+=.@:- only",
            _ => null,
        };
        return fault is null
            ? new TokenSecret(parts[0], parts.ElementAtOrDefault(1))
            : throw new FleetException(
                FailureKind.TokenSecretInvalid,
                $"'{text}' does not say where the token is: {fault}.",
                "Give ID#KEY, such as aragora/production#ARAGORA_HEALTH_TOKEN, or ID where the whole secret is the token.",
                text);
    }

    /// <inheritdoc/>
    public override string ToString() => Key is null ? SecretId : $"{SecretId}#{Key}";

    [GeneratedRegex(@"\A[A-Za-z0-9/_+=.@:][A-Za-z0-9/_+=.@:-]*\z")]
    private static partial Regex SecretName();
}
