namespace Aragora.Fleet.Drift;

/// <summary>The layers in which a host can differ.</summary>
public enum DriftKind
{
    /// <summary>The commit or the version on disk.</summary>
    Release,

    /// <summary>What the process runs, and what it says that it runs, against what lies on disk.</summary>
    Running,

    /// <summary>Files of the checkout that differ from its commit.</summary>
    Dirty,

    /// <summary>The unit file, and what of it has no effect.</summary>
    Unit,

    /// <summary>The drop-ins in effect, and where they contradict each other.</summary>
    DropIn,

    /// <summary>The configuration of nginx.</summary>
    Nginx,

    /// <summary>What is installed beside the service in its virtual environment.</summary>
    PackageSet,
}
