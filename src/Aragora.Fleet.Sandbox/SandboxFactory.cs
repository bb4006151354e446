using Aragora.Fleet.Failures;
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
        {
            throw new FleetException(
                FailureKind.SandboxUnavailable, "The sandbox's live hosts need Linux.",
                "Use the sandbox on Linux or in WSL.");
        }

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
