using Aragora.Fleet.Locks;
using Aragora.Fleet.Ports;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts.Signals;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>A session on an embedded fleet, and the means of others who work on the same fleet.</summary>
public sealed class LockFleet : IDisposable
{
    internal const string Region = "us-east-2";

    public LockFleet()
    {
        Engine = EngineHost.Open();
        Connection = QuickFleet.Connect(Engine, 2);
    }

    internal EngineHost Engine { get; }

    internal FleetConnection Connection { get; }

    internal IParameterStore Store => Connection.Backend.Parameters;

    internal FleetServices Services => new(Connection, SilentLog.Instance);

    internal FleetLockService Others(TimeProvider? time = null) =>
        new(Store, time ?? TimeProvider.System, SilentLog.Instance, () => 0);

    /// <summary>The lock of somebody else, who works from another machine.</summary>
    internal Task<HeldLock> TakeAsync(
        string environment, string deployId = "", TimeSpan? ttl = null, TimeProvider? time = null) =>
        Others(time).TakeAsync(
            new LockRequest
            {
                Environment = environment,
                Regions = [Region],
                Owner = "somebody else",
                Reason = "a hotfix",
                DeployId = deployId,
                Ttl = ttl ?? TimeSpan.FromMinutes(1),
            },
            CancellationToken.None);

    internal Task<IReadOnlyList<FleetLock>> ListAsync(string environment) =>
        Others().ListAsync(environment, [Region], CancellationToken.None);

    internal ParameterSignals Signals(string environment) => new(Store, environment, [Region]);

    internal EngineResult Succeed(string script)
    {
        var result = Engine.Run(script);
        Assert.True(
            result.Exception is null && result.Errors.Count == 0,
            $"{script}\n{result.Exception}\n{string.Join('\n', result.Errors)}");
        return result;
    }

    public void Dispose()
    {
        Engine.Run("Disconnect-AragoraFleet");
        Engine.Dispose();
    }
}
