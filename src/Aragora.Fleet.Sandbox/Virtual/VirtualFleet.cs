using Aragora.Fleet.Sandbox.Ec2;
using Aragora.Fleet.Sandbox.Faults;
using Aragora.Fleet.Sandbox.Hosts;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Ssm;

namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>The virtual hosts of one sandbox.</summary>
internal sealed class VirtualFleet : IHostFleet
{
    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<string, VirtualHost> _hosts;

    public VirtualFleet(FleetModel model, HostTimes times, TimeProvider clock)
    {
        _hosts = model.Hosts.ToDictionary(
            instance => instance.Id, instance => new VirtualHost(instance, times, clock, _end.Token));
        ScriptHosts = _hosts.ToDictionary(host => host.Key, host => (IScriptHost)host.Value);
        Machines = _hosts.ToDictionary(host => host.Key, host => (IMachine)host.Value);
    }

    public bool IsVirtual => true;

    public bool IsIsolated => true;

    public IReadOnlyDictionary<string, IScriptHost> ScriptHosts { get; }

    public IReadOnlyDictionary<string, IMachine> Machines { get; }

    public IReadOnlyDictionary<string, string> AwsSockets { get; } = new Dictionary<string, string>();

    /// <summary>The same hosts, with what only virtual ones can tell.</summary>
    public IReadOnlyDictionary<string, VirtualHost> Hosts => _hosts;

    /// <summary>What all hosts together were given and ran.</summary>
    public ExecutionCount Count()
    {
        var arrivals = _hosts.Values.SelectMany(host => host.Arrivals.Values).ToList();
        return new ExecutionCount(
            _hosts.Values.Sum(host => host.ScriptCount),
            _hosts.Values.Sum(host => host.Executions.Values.Sum()),
            arrivals.Sum(),
            arrivals.DefaultIfEmpty().Max());
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _end.Dispose();
    }
}
