using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Aws;

/// <summary>Makes AWS backends. Found by name from the module, inside the private load context.</summary>
public sealed class AwsBackendFactory : IFleetBackendFactory
{
    /// <inheritdoc/>
    public IFleetBackend Create(BackendOptions options)
    {
        RuntimeDependencies.Register();
        return new AwsBackend(new AwsClients(options));
    }
}
