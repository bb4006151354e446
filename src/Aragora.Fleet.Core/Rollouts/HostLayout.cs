namespace Aragora.Fleet.Rollouts;

/// <summary>What the service of a host runs from, and so what a release is there.</summary>
public enum HostLayout
{
    /// <summary>Not known, or neither of the two.</summary>
    Unknown,

    /// <summary>A checkout: a release is a commit.</summary>
    Git,

    /// <summary>A distribution in a virtual environment: a release is a version.</summary>
    Package,
}
