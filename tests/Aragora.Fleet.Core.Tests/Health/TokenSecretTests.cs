using Aragora.Fleet.Failures;
using Aragora.Fleet.Health;

namespace Aragora.Fleet.Core.Tests.Health;

public sealed class TokenSecretTests
{
    [Theory]
    [InlineData("aragora/production#HEALTH", "aragora/production", "HEALTH")]
    [InlineData("aragora/health-token", "aragora/health-token", null)]
    [InlineData(
        "arn:aws:secretsmanager:us-east-2:123456789012:secret:aragora/production-AbCdEf#a key: it's \"$(id)\"",
        "arn:aws:secretsmanager:us-east-2:123456789012:secret:aragora/production-AbCdEf",
        "a key: it's \"$(id)\"")]
    public void Names_a_secret_and_perhaps_a_key_of_it(string text, string id, string? key)
    {
        var secret = TokenSecret.Parse(text);

        Assert.Equal((id, key, text), (secret.SecretId, secret.Key, $"{secret}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("#")]
    [InlineData("#key")]
    [InlineData("id#")]
    [InlineData("a#b#c")]
    [InlineData("a##b")]
    [InlineData("--endpoint-url#x")]
    [InlineData("a b#c")]
    [InlineData("$(id)")]
    [InlineData("a\nb")]
    public void Anything_else_is_one_clear_failure(string text) => Assert.Equal(
        FailureKind.TokenSecretInvalid, Assert.Throws<FleetException>(() => TokenSecret.Parse(text)).Kind);
}
