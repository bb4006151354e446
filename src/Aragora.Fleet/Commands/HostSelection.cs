using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>The hosts that the records of one pipeline name.</summary>
internal sealed class HostSelection
{
    private readonly List<string> _ids = [];
    private readonly List<string> _names = [];
    private readonly List<string> _regions = [];

    /// <summary>The environment asked for; null for the connection's.</summary>
    public string? Environment { get; private set; }

    /// <summary>Whether a record named no host at all: a lock or a run, which have an environment, but are none.</summary>
    public bool HasNameless { get; private set; }

    /// <summary>Whether any id or name was given.</summary>
    public bool NamesHosts => _ids.Count + _names.Count > 0;

    /// <summary>Whether anything at all narrows the fleet down.</summary>
    public bool IsNarrowed => NamesHosts || _regions.Count > 0 || Environment is not null;

    /// <summary>Takes one record over. An id says which host is meant; the name beside it is then only what it is called.</summary>
    public void Add(string[]? instanceIds, string[]? names, string[]? regions, string? environment)
    {
        if (instanceIds is { Length: > 0 })
        {
            _ids.AddRange(instanceIds);
        }
        else if (names is { Length: > 0 })
        {
            _names.AddRange(names);
        }
        else
        {
            HasNameless = true;
        }

        _regions.AddRange(regions ?? []);
        Environment = string.IsNullOrEmpty(environment) ? Environment : environment;
    }

    /// <summary>What to ask the inventory, one selector for the ids and one for the names.</summary>
    public IEnumerable<InstanceSelector> Selectors(FleetConnection connection)
    {
        var all = new InstanceSelector
        {
            Regions = _regions.Count > 0 ? [.. _regions.Distinct(StringComparer.Ordinal)] : connection.Regions,
            Environment = Environment ?? connection.Environment,
            States = [InstanceState.Running],
        };
        if (_ids.Count > 0)
        {
            yield return all with { InstanceIds = [.. _ids.Distinct(StringComparer.Ordinal)] };
        }

        if (_names.Count > 0)
        {
            yield return all with { Names = [.. _names.Distinct(StringComparer.Ordinal)] };
        }

        if (!NamesHosts)
        {
            yield return all;
        }
    }
}
