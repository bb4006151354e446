using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.History;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>A session that is connected to a few virtual hosts of its own: quick, and with the answers of live ones.</summary>
internal sealed class VirtualSession : IDisposable
{
    /// <summary>The commits of the releases that every sandbox has.</summary>
    public const string V270 = "1bd27e85d0f6989d1c55a6c48c925a0c67bdd664";
    public const string V280 = "4f0ff0570084911e50e2329b3cfae09de2247596";
    public const string V290 = "09f0f4686a36dced13526466e7bb755a12128b7b";

    public VirtualSession(int hosts = 4, int packages = 0) => Connection = QuickFleet.Connect(Engine, hosts, packages);

    public EngineHost Engine { get; } = EngineHost.Open();

    public FleetConnection Connection { get; }

    /// <summary>Runs a script that must not fail in any way.</summary>
    public EngineResult Succeed(string script)
    {
        var result = Engine.Run(script);
        Assert.True(
            result.Exception is null && result.Errors.Count == 0,
            $"{script}\n{result.Exception}\n{string.Join('\n', result.Errors)}");
        return result;
    }

    /// <summary>Brings hosts to a release.</summary>
    public string Deploy(string name, string hosts = "-All") => SandboxFleet.Results(
        Succeed($"Invoke-AragoraDeploy -Ref {name} {hosts} -Wave 100% -SettleTime 0 -Confirm:$false"))[0].DeployId;

    public IReadOnlyList<DeployResult> Restore(string arguments) =>
        SandboxFleet.Results(Succeed($"Restore-AragoraCommit {arguments} -SettleTime 0 -Confirm:$false"));

    public IReadOnlyList<RollbackPoint> Points(string arguments) =>
        [.. Succeed($"Get-AragoraRollbackPoint {arguments}").Values.OfType<RollbackPoint>()];

    /// <summary>What each host runs, by instance id.</summary>
    public Dictionary<string, string?> Running() => Succeed("Get-AragoraFleetVersion").Values.Cast<Versions.HostVersion>()
        .ToDictionary(version => version.InstanceId, version => version.RunningCommit);

    public void Dispose()
    {
        Engine.Run("Disconnect-AragoraFleet");
        Engine.Dispose();
    }
}
