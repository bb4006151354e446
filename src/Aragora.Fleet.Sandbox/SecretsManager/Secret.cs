using System.Security.Cryptography;
using Aragora.Fleet.Sandbox.Instances;

namespace Aragora.Fleet.Sandbox.SecretsManager;

/// <summary>One secret: its versions, and the labels that say which of them is meant.</summary>
internal sealed class Secret(string name, string region, DateTimeOffset createdAt)
{
    private readonly List<SecretVersion> _versions = [];

    public string Name { get; } = name;

    /// <summary>AWS adds six characters of its own to the name.</summary>
    public string Arn { get; } =
        $"arn:aws:secretsmanager:{region}:{FleetModel.Account}:secret:{name}-{RandomNumberGenerator.GetHexString(6)}";

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public DateTimeOffset ChangedAt { get; private set; } = createdAt;

    public IReadOnlyList<SecretVersion> Versions => _versions;

    public SecretVersion? Version(string id) => _versions.Find(version => version.Id == id);

    public SecretVersion? Stage(string stage) => _versions.Find(version => version.Stages.Contains(stage));

    /// <summary>Adds a version: with labels of its own, or as the current one, and the current one becomes the previous.</summary>
    public SecretVersion Add(string id, string text, IReadOnlyList<string> stages, DateTimeOffset now)
    {
        var version = new SecretVersion(id, text, now);
        if (stages.Count == 0)
        {
            var current = Stage(SecretVersion.Current);
            if (current is not null)
                Move(SecretVersion.Previous, current);
            stages = [SecretVersion.Current];
        }

        _versions.Add(version);
        foreach (var stage in stages)
            Move(stage, version);
        ChangedAt = now;
        return version;
    }

    private void Move(string stage, SecretVersion to)
    {
        foreach (var version in _versions)
            version.Stages.Remove(stage);
        to.Stages.Add(stage);
    }
}

/// <summary>One version of a secret; its text never changes.</summary>
internal sealed record SecretVersion(string Id, string Text, DateTimeOffset CreatedAt)
{
    public const string Current = "AWSCURRENT";
    public const string Previous = "AWSPREVIOUS";

    public List<string> Stages { get; } = [];

    /// <inheritdoc/>
    public override string ToString() => Id;
}
