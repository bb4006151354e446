namespace Aragora.Fleet.Sandbox.Hosts;

/// <summary>
/// The places on a host. The prefix is empty inside a host that has mounts of its own, and the host's folder seen
/// from outside or where a host is a mere folder.
/// </summary>
internal sealed record HostPaths(string Prefix)
{
    public string RunDirectory => Prefix + "/run/sandbox";

    public string Socket => RunDirectory + "/init.sock";

    /// <summary>Where AWS answers this host.</summary>
    public string AwsSocket => RunDirectory + "/aws.sock";

    public string StandIns => RunDirectory + "/bin";

    public string UnitDirectory => Prefix + "/etc/systemd/system";

    /// <summary>The file system of the checkout and of the module's state, on a host with mounts of its own.</summary>
    public string Disk => RunDirectory + "/disk";

    /// <summary>While this is there the service dies at each start.</summary>
    public string CrashMark => RunDirectory + "/crash";

    /// <summary>What nginx hands on to; absent on a host without a network of its own.</summary>
    public string NginxSite => Prefix + "/etc/nginx/conf.d/aragora.conf";

    public string Temporary => Prefix + "/tmp";

    public string RootHome => Prefix + "/root";

    public string StateDirectory => Prefix + "/var/lib/aragora-fleet";

    public string CacheDirectory => Prefix + "/var/cache/aragora-fleet";

    public string DeployState => Prefix + "/tmp/aragora_deploy_state";

    public string OsRelease => Prefix + "/etc/os-release";

    /// <summary>Shown in the place of the kernel's, on a host with mounts of its own; new at each boot.</summary>
    public string BootId => RunDirectory + "/boot_id";

    public string Passwd => Prefix + "/etc/passwd";

    /// <summary>Where the SSM agent keeps what it ran.</summary>
    public string AgentDirectory => Prefix + "/var/lib/amazon/ssm";

    public string Orchestration(string instanceId, string commandId) =>
        $"{AgentDirectory}/{instanceId}/document/orchestration/{commandId}"
        + "/awsrunShellScript/0.awsrunShellScript";

    public string SearchPath => StandIns + ":/usr/sbin:/usr/bin:/sbin:/bin";
}
