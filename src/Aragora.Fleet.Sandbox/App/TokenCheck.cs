using System.Security.Cryptography;
using System.Text;
using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.SecretsManager;

namespace Aragora.Fleet.Sandbox.App;

/// <summary>Knows the token that has system.health.read by its hash.</summary>
internal sealed class TokenCheck(string tokenHash)
{
    private const string Scheme = "Bearer ";

    /// <summary>Whether the request carries the token.</summary>
    public bool Passes(HttpRequest request) =>
        request.Header("Authorization") is { } header
        && header.StartsWith(Scheme, StringComparison.Ordinal)
        && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(HealthToken.Hash(header[Scheme.Length..])), Encoding.ASCII.GetBytes(tokenHash));
}
