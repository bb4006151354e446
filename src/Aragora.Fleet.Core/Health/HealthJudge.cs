using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Health;

/// <summary>Makes one verdict of a host's service state and its endpoints.</summary>
internal static class HealthJudge
{
    // What a load balancer and a deploy depend on. The others inform, and can only make Healthy into Degraded.
    private static readonly string[] s_decisive = ["health", "healthz", "readyz"];

    /// <param name="block">The host's answer.</param>
    /// <param name="endpoints">What its endpoints say.</param>
    /// <param name="doubt">Why the check is not complete; null where it is. It leaves no Healthy and no Degraded.</param>
    public static (Verdict Verdict, string Reason) Judge(
        ResultBlock block, IReadOnlyList<EndpointHealth> endpoints, string? doubt)
    {
        var unit = block.Values.GetValueOrDefault("unit", "the service");
        if (block.Values.GetValueOrDefault("load") is "not-found")
        {
            return (Verdict.Unhealthy, $"There is no unit {unit} on the host.");
        }

        var active = block.Values.GetValueOrDefault("active", "unknown");
        var sub = block.Values.GetValueOrDefault("sub", "unknown");
        if (active is "failed" or "inactive" or "deactivating" || sub == "auto-restart")
        {
            return (Verdict.Unhealthy, $"The unit {unit} is {active} ({sub}).");
        }

        var decisive = endpoints.Where(endpoint => s_decisive.Contains(endpoint.Endpoint)).ToList();
        foreach (var verdict in (Verdict[])[Verdict.Unhealthy, Verdict.Unknown, Verdict.Degraded])
        {
            if (decisive.Find(endpoint => endpoint.Verdict == verdict) is { } endpoint)
            {
                return (verdict, $"{endpoint.Path}: {endpoint.Evidence}.");
            }

            if (verdict == Verdict.Unknown && doubt is not null)
            {
                return (verdict, doubt);
            }
        }

        return endpoints.FirstOrDefault(endpoint => endpoint.Verdict is Verdict.Degraded or Verdict.Unhealthy) is { } impaired
            ? (Verdict.Degraded, $"{impaired.Path}: {impaired.Evidence}.")
            : (Verdict.Healthy, "Serving and ready.");
    }
}
