using Amazon.EC2;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Aragora.Fleet.Ports;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests;

/// <summary>One sandbox for all tests that do not need one of their own.</summary>
public sealed class SandboxFixture : IAsyncLifetime
{
    public const string ApiServer = "i-0dbd51f74a9a11fcc";
    public const string Api2 = "i-016b3e32625bf967e";
    public const string Al2023First = "i-0a1b2c3d4e5f60001";
    public const string Al2023Second = "i-0a1b2c3d4e5f60002";
    public const string Terminated = "i-0f0f0f0f0f0f0f0f1";
    public const string Unknown = "i-0eeeeeeeeeeeeeee1";

    public ISandbox Sandbox { get; private set; } = null!;

    internal SandboxClients Clients { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Sandbox = await new SandboxFactory().StartAsync(new SandboxOptions(), CancellationToken.None);
        Clients = new SandboxClients(Sandbox);
    }

    public async Task DisposeAsync()
    {
        Clients.Dispose();
        await Sandbox.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class SharedSandbox : ICollectionFixture<SandboxFixture>
{
    public const string Name = "shared sandbox";
}
