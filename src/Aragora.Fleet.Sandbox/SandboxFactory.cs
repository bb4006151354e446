using Aragora.Fleet.Ports;
using Aragora.Fleet.Sandbox.Hosts;

namespace Aragora.Fleet.Sandbox;

/// <summary>Starts embedded fleets. Found by name, so that nothing of the sandbox loads before it is wanted.</summary>
public sealed class SandboxFactory : ISandboxFactory
{
    /// <inheritdoc/>
    public async Task<ISandbox> StartAsync(SandboxOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!OperatingSystem.IsLinux())
            throw new SandboxException("Live hosts need Linux.");
        return await EmbeddedFleet.StartAsync(options, isolated: null, cancellationToken);
    }
}
