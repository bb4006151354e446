namespace Aragora.Fleet.Sandbox.Wire;

/// <summary>The parts of <c>AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…</c>.</summary>
internal sealed record AuthorizationHeader(
    string KeyId, string Date, SignedScope Scope, IReadOnlyList<string> SignedHeaders, string Signature)
{
    public const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Null when the header is not of this form.</summary>
    public static AuthorizationHeader? Parse(string header)
    {
        if (!header.StartsWith(Algorithm + " ", StringComparison.Ordinal))
            return null;
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in header[Algorithm.Length..].Split(',', StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                parts[part[..equals]] = part[(equals + 1)..];
        }

        var credential = parts.GetValueOrDefault("Credential", "").Split('/');
        if (credential is not [var key, var date, var region, var service, "aws4_request"])
            return null;
        return new AuthorizationHeader(
            key, date, new SignedScope(region, service),
            parts.GetValueOrDefault("SignedHeaders", "").Split(';'), parts.GetValueOrDefault("Signature", ""));
    }
}
