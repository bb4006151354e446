namespace Aragora.Fleet.Ports;

/// <summary>SendCommand's InvalidInstanceId: one bad id rejects the whole call, and nothing was sent.</summary>
/// <param name="instanceIds">The ids that the service named; empty where it named none.</param>
/// <param name="message">The service's own words.</param>
/// <param name="inner">The cause.</param>
public sealed class InvalidTargetsException(
    IReadOnlyList<string> instanceIds, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The ids that the service named.</summary>
    public IReadOnlyList<string> InstanceIds { get; } = instanceIds;
}
