using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;
using Aragora.Fleet.Sandbox.Hosts;
using Aragora.Fleet.Sandbox.Instances;

namespace Aragora.Fleet.Sandbox;

/// <summary>Starts embedded fleets. Found by name, so that nothing of the sandbox loads before it is wanted.</summary>
public sealed class SandboxFactory : ISandboxFactory
{
    /// <inheritdoc/>
    public string? WhyNoLiveHosts => Prerequisites.WhyNoLiveHosts();

    /// <inheritdoc/>
    public async Task<ISandbox> StartAsync(SandboxOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.HostCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.HostCount, SandboxOptions.MaxLiveHosts);
        ArgumentOutOfRangeException.ThrowIfNegative(options.VirtualHostCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.VirtualHostCount, SandboxOptions.MaxVirtualHosts);
        ArgumentOutOfRangeException.ThrowIfNegative(options.PackageHostCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.PackageHostCount, options.TotalHostCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Regions.Count, FleetModel.MaxRegions);
        try
        {
            return await EmbeddedFleet.StartAsync(options, isolated: null, cancellationToken);
        }
        catch (SandboxException e)
        {
            throw new FleetException(FailureKind.SandboxUnavailable, e.Message, e.Action, inner: e);
        }
    }
}
