using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Core.Tests.Commands;

/// <summary>A cloud in memory.</summary>
internal sealed class FakeBackend(FakeDirectory instances, FakeCommandChannel commands) : IFleetBackend
{
    public IInstanceDirectory Instances => instances;

    public ICommandChannel Commands => commands;

    public IParameterStore Parameters => throw new NotSupportedException();

    public Task<CallerIdentity> GetCallerIdentityAsync(string region, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
