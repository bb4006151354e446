using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Parameters;

/// <summary>The parameters of one region, with their versions.</summary>
internal sealed class ParameterStore(string region, TimeProvider clock)
{
    private const int MaxVersions = 100;

    /// <summary>DeleteParameter: "wait for at least 30 seconds to create a parameter with the same name".</summary>
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(30);

    private readonly object _gate = new();
    private readonly SortedDictionary<string, List<Parameter>> _versions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _deletedAt = new(StringComparer.Ordinal);

    public string Region { get; } = region;

    public Parameter Put(ParameterDraft draft)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (_deletedAt.TryGetValue(draft.Name, out var deleted) && now - deleted < s_rest)
            {
                // The API names no error for this; it is one that a client may repeat.
                throw new AwsException(
                    "TooManyUpdates", $"{draft.Name} was deleted less than {s_rest.TotalSeconds} seconds ago.");
            }

            var versions = _versions.GetValueOrDefault(draft.Name) ?? [];
            var parameter = draft.After(versions.LastOrDefault(), now);
            _versions[draft.Name] = versions;
            versions.Add(parameter);
            if (versions.Count > MaxVersions)
                versions.RemoveAt(0);
            return parameter;
        }
    }

    /// <summary>Null when there is no such parameter; a version that is not there is a failure of its own.</summary>
    public Parameter? Find(ParameterName name)
    {
        lock (_gate)
        {
            if (!_versions.TryGetValue(name.Name, out var versions))
                return null;
            return name.Selector is not { } selector
                ? versions[^1]
                : versions.Find(version => $"{version.Version}" == selector) ?? throw new AwsException(
                    "ParameterVersionNotFound",
                    $"Systems Manager could not find version {selector} of {name.Name}. "
                    + "Verify the version and try again.");
        }
    }

    /// <summary>The newest version of each parameter under a path, in order of their names.</summary>
    public IReadOnlyList<Parameter> Under(string path, bool recursive)
    {
        var prefix = path.TrimEnd('/') + "/";
        lock (_gate)
        {
            return
            [
                .. _versions.Values.Select(versions => versions[^1]).Where(parameter =>
                {
                    var name = parameter.Name[0] == '/' ? parameter.Name : "/" + parameter.Name;
                    return name.StartsWith(prefix, StringComparison.Ordinal)
                        && (recursive || name.IndexOf('/', prefix.Length) < 0);
                }),
            ];
        }
    }

    public bool Delete(string name)
    {
        lock (_gate)
        {
            if (!_versions.Remove(name))
                return false;
            _deletedAt[name] = clock.GetUtcNow();
            return true;
        }
    }
}
