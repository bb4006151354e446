using Aragora.Fleet.Sandbox.Ec2;
using Aragora.Fleet.Sandbox.Ssm;

namespace Aragora.Fleet.Sandbox.Hosts;

/// <summary>The hosts behind an endpoint, live or virtual.</summary>
internal interface IHostFleet : IAsyncDisposable
{
    /// <summary>Whether they answer from a model.</summary>
    bool IsVirtual { get; }

    /// <summary>Whether no script can reach this computer.</summary>
    bool IsIsolated { get; }

    /// <summary>Each host's agent, by instance id.</summary>
    IReadOnlyDictionary<string, IScriptHost> ScriptHosts { get; }

    /// <summary>Each host's machine, by instance id.</summary>
    IReadOnlyDictionary<string, IMachine> Machines { get; }

    /// <summary>Where the calls of AWS of each host arrive that makes any, by instance id.</summary>
    IReadOnlyDictionary<string, string> AwsSockets { get; }
}
