using System.Security.Cryptography;

namespace Aragora.Fleet.Sandbox.Ssm.Parameters;

/// <summary>One version of a parameter.</summary>
internal sealed record Parameter
{
    public required string Name { get; init; }

    public required string Type { get; init; }

    public required string Value { get; init; }

    public required string Tier { get; init; }

    public required string DataType { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset ModifiedAt { get; init; }

    /// <summary>What a SecureString looks like to a caller who does not ask for decryption.</summary>
    public string Ciphertext { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(160));
}
