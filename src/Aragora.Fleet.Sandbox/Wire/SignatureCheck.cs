using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Aragora.Fleet.Sandbox.Http;

namespace Aragora.Fleet.Sandbox.Wire;

/// <summary>Lets only requests through that are signed with the sandbox's keys, about now.</summary>
internal sealed class SignatureCheck(string keyId, string secret, TimeProvider clock)
{
    /// <summary>A session token of this value plays temporary credentials that have run out.</summary>
    public const string ExpiredToken = "expired";

    private const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";

    private static readonly TimeSpan s_maxSkew = TimeSpan.FromMinutes(15);

    public SignedScope Verify(HttpRequest request, AwsProtocol protocol)
    {
        if (request.Header("Authorization") is not { } header)
            throw AuthenticationError.Missing(protocol);
        if (AuthorizationHeader.Parse(header) is not { } authorization)
            throw AuthenticationError.Incomplete(protocol);

        // A session has a key of its own, so its token is looked at before the key.
        if (request.Header("X-Amz-Security-Token") is { } token)
        {
            throw token == ExpiredToken
                ? AuthenticationError.ExpiredToken(protocol)
                : AuthenticationError.UnknownKey(protocol);
        }

        if (authorization.KeyId != keyId)
            throw AuthenticationError.UnknownKey(protocol);

        var amzDate = request.Header("X-Amz-Date") ?? "";
        CheckDate(amzDate, protocol);
        if (!IsSigned(request, authorization, amzDate))
            throw AuthenticationError.WrongSignature(protocol);
        return authorization.Scope;
    }

    /// <summary>Whether the sandbox's keys signed a request, be it when it may.</summary>
    public bool IsSigned(HttpRequest request) =>
        AuthorizationHeader.Parse(request.Header("Authorization") ?? "") is { } authorization
        && authorization.KeyId == keyId
        && IsSigned(request, authorization, request.Header("X-Amz-Date") ?? "");

    private bool IsSigned(HttpRequest request, AuthorizationHeader authorization, string amzDate) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(SigV4.Sign(request, authorization, amzDate, secret)),
            Encoding.ASCII.GetBytes(authorization.Signature));

    private void CheckDate(string amzDate, AwsProtocol protocol)
    {
        if (!DateTimeOffset.TryParseExact(
                amzDate, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signed))
        {
            throw AuthenticationError.Incomplete(protocol);
        }

        var now = clock.GetUtcNow();
        if ((now - signed).Duration() > s_maxSkew)
            throw AuthenticationError.Skewed(protocol, amzDate, now.UtcDateTime.ToString(DateFormat));
    }
}
