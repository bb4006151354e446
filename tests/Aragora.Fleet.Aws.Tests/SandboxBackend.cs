using Aragora.Fleet.Ports;
using Aragora.Fleet.Sandbox;

namespace Aragora.Fleet.Aws.Tests;

/// <summary>An embedded fleet and the AWS adapter on it.</summary>
public sealed class SandboxBackend : IAsyncLifetime
{
    public ISandbox Sandbox { get; private set; } = null!;

    public IFleetBackend Backend { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Sandbox = await new SandboxFactory().StartAsync(new SandboxOptions(), CancellationToken.None);
        Backend = Create(Sandbox.AccessKey);
    }

    public async Task DisposeAsync()
    {
        await Backend.DisposeAsync();
        await Sandbox.DisposeAsync();
    }

    internal IFleetBackend Create(AccessKey key) =>
        new AwsBackendFactory().Create(new BackendOptions { EndpointUrl = Sandbox.Endpoint, AccessKey = key });
}
