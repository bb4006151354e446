using System.Management.Automation;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>A session that is connected to an embedded fleet of its own.</summary>
public sealed class SandboxFleet : IDisposable
{
    internal const string ApiServer = "i-0dbd51f74a9a11fcc";
    internal const string Api2 = "i-016b3e32625bf967e";
    internal const string Al2023First = "i-0a1b2c3d4e5f60001";
    internal const string Al2023Second = "i-0a1b2c3d4e5f60002";
    internal const string Terminated = "i-0f0f0f0f0f0f0f0f1";

    private readonly EngineHost _engine = EngineHost.Open();

    public SandboxFleet()
        : this("")
    {
    }

    /// <summary>One of other hosts, as Connect-AragoraFleet takes them.</summary>
    internal SandboxFleet(string hosts) => Succeed($"$null = Connect-AragoraFleet -Sandbox {hosts}");

    internal EngineHost Engine => _engine;

    /// <summary>Runs a script that must not fail in any way.</summary>
    internal EngineResult Succeed(string script)
    {
        var result = _engine.Run(script);
        Assert.True(
            result.Exception is null && result.Errors.Count == 0,
            $"{script}\n{result.Exception}\n{string.Join('\n', result.Errors)}");
        return result;
    }

    /// <summary>The commit of a tag or branch of the embedded fleet's application.</summary>
    internal string Commit(string name) =>
        Shell($"git -C /home/ec2-user/aragora fetch -q origin && git -C /home/ec2-user/aragora rev-parse --verify -q 'origin/{name}^{{commit}}' " +
            $"|| git -C /home/ec2-user/aragora rev-parse '{name}^{{commit}}'");

    /// <summary>Runs text on one host and gives its trimmed output.</summary>
    internal string Shell(string text, string instanceId = ApiServer)
    {
        _engine.SetVariable("text", text);
        var result = Succeed($"(Invoke-AragoraCommand {instanceId} -Script $text -Confirm:$false).StandardOutput");
        return ((string)result.Values.Single()).Trim();
    }

    /// <summary>What each host holds and runs, by instance id.</summary>
    internal Dictionary<string, (string? Disk, string? Running)> Releases() =>
        Succeed("Get-AragoraFleetVersion").Values.Cast<Versions.HostVersion>()
            .ToDictionary(v => v.InstanceId, v => (v.DiskCommit, v.RunningCommit));

    /// <summary>Brings the whole fleet to a release.</summary>
    internal void Deploy(string name) =>
        Succeed($"Invoke-AragoraDeploy -Ref {name} -All -Wave 100% -SettleTime 0 -Confirm:$false");

    /// <summary>
    /// Makes pip fail on a host for every commit but the one that is there: a failure that has something to take back.
    /// </summary>
    internal void BreakInstall(string instanceId) => Shell(
        """
        dir=$(systemctl show aragora --property=WorkingDirectory)
        dir=${dir#*=}
        good=$(git -C "$dir" rev-parse HEAD)
        python=$dir/venv/bin/python
        mv "$python" "$python.real"
        cat >"$python" <<END
        #!/bin/bash
        if [[ "\$*" == *'pip install'* && \$(git -C "$dir" rev-parse HEAD) != $good ]]; then
          echo 'no space left for this package' >&2
          exit 1
        fi
        exec -a "$python" "$python.real" "\$@"
        END
        chmod +x "$python"
        """,
        instanceId);

    internal static IReadOnlyList<DeployResult> Results(EngineResult result) => [.. result.Values.OfType<DeployResult>()];

    internal static string Id(ErrorRecord error) => error.FullyQualifiedErrorId.Split(',')[0];

    public void Dispose()
    {
        _engine.Run("Disconnect-AragoraFleet");
        _engine.Dispose();
    }
}
