namespace Aragora.Fleet.Sandbox.Instances;

/// <summary>Where the application lives on a host, which depends on the age of the host's image.</summary>
internal sealed record HostLayout
{
    /// <summary>The hosts that the deploy pipeline manages.</summary>
    public static HostLayout AmazonLinux2 { get; } = new()
    {
        PlatformVersion = "2",
        ImageId = "ami-0a6b1c2d3e4f50002",
        AppDirectory = "/home/ec2-user/aragora",
        User = "ec2-user",
        PinsBuildSha = true,
    };

    /// <summary>The hosts of the newer image.</summary>
    public static HostLayout AmazonLinux2023 { get; } = new()
    {
        PlatformVersion = "2023",
        ImageId = "ami-0a6b1c2d3e4f52023",
        AppDirectory = "/opt/aragora",
        User = "aragora",
        PinsBuildSha = false,
    };

    /// <summary>A host of the newer image that has no checkout.</summary>
    public static HostLayout Package { get; } = AmazonLinux2023 with { IsPackage = true, Service = "Aragora API Server" };

    public required string PlatformVersion { get; init; }

    public required string ImageId { get; init; }

    public required string AppDirectory { get; init; }

    public required string User { get; init; }

    /// <summary>Whether secrets.conf pins ARAGORA_BUILD_SHA, as the pipeline leaves it.</summary>
    public required bool PinsBuildSha { get; init; }

    /// <summary>How the unit describes the service.</summary>
    public string Service { get; init; } = "Aragora Unified Server";

    /// <summary>Where the application's modules are.</summary>
    public string CodeDirectory => IsPackage ? AppDirectory + "/venv/lib/python3.11/site-packages" : AppDirectory;

    /// <summary>Whether the service runs from a distribution in a virtual environment.</summary>
    public bool IsPackage { get; init; }
}
