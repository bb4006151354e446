namespace Aragora.Fleet;

/// <summary>The four answers to "is it well?". Unknown never passes a gate and never triggers a repair.</summary>
public enum Verdict
{
    /// <summary>Not established: no answer, a lost reply, a missing field.</summary>
    Unknown,

    /// <summary>Established as well.</summary>
    Healthy,

    /// <summary>Serving, with a part of it impaired.</summary>
    Degraded,

    /// <summary>Established as not serving.</summary>
    Unhealthy,
}
