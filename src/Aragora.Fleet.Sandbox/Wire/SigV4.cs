using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Aragora.Fleet.Sandbox.Http;

namespace Aragora.Fleet.Sandbox.Wire;

/// <summary>Computes the signature that a request must carry, by Signature Version 4.</summary>
internal static partial class SigV4
{
    public static string Sign(HttpRequest request, AuthorizationHeader authorization, string amzDate, string secret)
    {
        var scope = $"{authorization.Date}/{authorization.Scope.Region}/{authorization.Scope.Service}/aws4_request";
        var canonical = Hex(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical(request, authorization.SignedHeaders))));
        var toSign = $"{AuthorizationHeader.Algorithm}\n{amzDate}\n{scope}\n{canonical}";

        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in scope.Split('/'))
            key = Mac(key, part);
        return Hex(Mac(key, toSign));
    }

    private static string Canonical(HttpRequest request, IReadOnlyList<string> signedHeaders)
    {
        var text = new StringBuilder()
            .Append(request.Method).Append('\n')
            .Append(request.Path).Append('\n')
            .Append(CanonicalQuery(request.Query)).Append('\n');
        foreach (var name in signedHeaders)
            text.Append(name).Append(':').Append(Spaces().Replace(request.Header(name) ?? "", " ")).Append('\n');
        return text
            .Append('\n')
            .AppendJoin(';', signedHeaders).Append('\n')
            .Append(Hex(SHA256.HashData(request.Body)))
            .ToString();
    }

    private static string CanonicalQuery(string query) => string.Join('&',
        FormEncoding.Pairs(query)
            .Select(pair => $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Value)}")
            .Order(StringComparer.Ordinal));

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes).ToLowerInvariant();

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
