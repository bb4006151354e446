namespace Aragora.Fleet.Ports;

/// <summary>
/// Small texts that every client of the fleet sees: SSM Parameter Store, in each region one of its own. All failures are
/// <see cref="Failures.FleetException"/>.
/// </summary>
public interface IParameterStore
{
    /// <summary>Writes one parameter. Source: SSM PutParameter.</summary>
    /// <returns>The version that was written; null where the write's condition does not hold, and nothing was written.</returns>
    Task<long?> PutAsync(
        string region, string name, string value, ParameterWrite write, CancellationToken cancellationToken);

    /// <summary>Lists all that is under a path, however deep. Source: SSM GetParametersByPath, all pages.</summary>
    Task<ParameterListing> ListAsync(string region, string path, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes one parameter; one that is not there is fine. Its name must then rest for 30 seconds. Source: SSM
    /// DeleteParameter.
    /// </summary>
    Task DeleteAsync(string region, string name, CancellationToken cancellationToken);
}

/// <summary>When a parameter is written.</summary>
public enum ParameterWrite
{
    /// <summary>Only where there is none of this name.</summary>
    Create,

    /// <summary>Only where there is one: a name that was deleted does not come back.</summary>
    Update,

    /// <summary>In any case.</summary>
    Replace,
}

/// <summary>The parameters under a path.</summary>
/// <param name="Items">In order of their names.</param>
/// <param name="ServerTime">The service's clock when it answered, to the second; never later than that.</param>
public sealed record ParameterListing(IReadOnlyList<StoredParameter> Items, DateTimeOffset ServerTime);

/// <summary>One parameter.</summary>
/// <param name="Name">The whole name, with its path.</param>
/// <param name="Value">The text.</param>
/// <param name="Version">1 for the first write of a name, and one more for each further one.</param>
/// <param name="Modified">The last write, by the service's clock.</param>
public sealed record StoredParameter(string Name, string Value, long Version, DateTimeOffset Modified);
