using System.Security.Cryptography;
using System.Text.Json;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.SecretsManager;

/// <summary>The secrets of each region.</summary>
internal sealed class SecretStore(TimeProvider clock)
{
    private readonly object _gate = new();
    private readonly Dictionary<(string Region, string Name), Secret> _secrets = [];

    /// <summary>
    /// What the embedded fleet begins with: the application's secret, its health token once more as a secret of its own,
    /// and one that the role of the hosts may not read.
    /// </summary>
    public static SecretStore OfTheFleet(TimeProvider clock, string healthToken)
    {
        var store = new SecretStore(clock);
        var production = JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["ARAGORA_API_TOKEN"] = RandomNumberGenerator.GetHexString(40, lowercase: true),
            ["ARAGORA_HEALTH_TOKEN"] = healthToken,
            ["ANTHROPIC_API_KEY"] = "sk-ant-" + RandomNumberGenerator.GetHexString(32, lowercase: true),
            ["JWT_SIGNING_KEY"] = "two\nlines",
        });
        store.Create(FleetModel.Region, "aragora/production", Guid.NewGuid().ToString(), production);
        store.Create(FleetModel.Region, "aragora/health-token", Guid.NewGuid().ToString(), healthToken);
        store.Create(FleetModel.Region, "billing/production", Guid.NewGuid().ToString(), "not for the hosts");
        return store;
    }

    /// <summary>Does something with the secret of a name or ARN, alone.</summary>
    public T With<T>(string region, string id, Func<Secret, T> use)
    {
        lock (_gate)
        {
            return use(_secrets.Values.FirstOrDefault(secret => IsNamed(secret, region, id))
                ?? throw new AwsException(
                    "ResourceNotFoundException", "Secrets Manager can't find the specified secret."));
        }
    }

    public Secret Create(string region, string name, string versionId, string text)
    {
        lock (_gate)
        {
            var secret = new Secret(name, region, clock.GetUtcNow());
            if (!_secrets.TryAdd((region, name), secret))
            {
                throw new AwsException(
                    "ResourceExistsException", $"The operation failed because the secret {name} already exists.");
            }

            secret.Add(versionId, text, [], clock.GetUtcNow());
            return secret;
        }
    }

    private bool IsNamed(Secret secret, string region, string id) =>
        secret.Arn == id
        || (_secrets.TryGetValue((region, id), out var named) && ReferenceEquals(named, secret))
        || (id.StartsWith("arn:", StringComparison.Ordinal) && secret.Arn[..^7] == id);
}
