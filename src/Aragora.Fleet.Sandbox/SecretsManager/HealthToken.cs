using System.Security.Cryptography;
using System.Text;

namespace Aragora.Fleet.Sandbox.SecretsManager;

/// <summary>The token that opens the guarded health endpoints of the application.</summary>
internal static class HealthToken
{
    /// <summary>A new one, in the shape of a signed JWT.</summary>
    public static string New() =>
        $"eyJhbGciOiJIUzI1NiJ9.{RandomNumberGenerator.GetHexString(60)}.{RandomNumberGenerator.GetHexString(43)}";

    /// <summary>What a host is given to know the token by.</summary>
    public static string Hash(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
