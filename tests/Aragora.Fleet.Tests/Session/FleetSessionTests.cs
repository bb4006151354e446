using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Session;

public sealed class FleetSessionTests : IDisposable
{
    private readonly EngineHost _engine = EngineHost.Open();
    private readonly FakeSandbox _sandbox = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Require_WithoutConnection_IsNotConnected()
    {
        var failure = Assert.Throws<FleetException>(FleetSession.Require);

        Assert.Equal(FailureKind.NotConnected, failure.Kind);
    }

    [Fact]
    public void Connection_BelongsToOneRunspace()
    {
        using var other = EngineHost.Open();
        var connection = FakeSandbox.Connect(_sandbox);

        _engine.InSession(() => FleetSession.Set(connection));

        Assert.Same(connection, _engine.InSession(FleetSession.Require));
        Assert.Null(other.InSession(() => FleetSession.Current));
    }

    [Fact]
    public void Set_Again_ClosesTheFormer()
    {
        var next = new FakeSandbox();

        _engine.InSession(() => FleetSession.Set(FakeSandbox.Connect(_sandbox)));
        _engine.InSession(() => FleetSession.Set(FakeSandbox.Connect(next)));

        Assert.Equal((1, 0), (_sandbox.Stops, next.Stops));
    }

    [Fact]
    public void Clear_ClosesOnceAndTellsWhetherThereWasOne()
    {
        _engine.InSession(() => FleetSession.Set(FakeSandbox.Connect(_sandbox)));

        Assert.True(_engine.InSession(FleetSession.Clear));
        Assert.False(_engine.InSession(FleetSession.Clear));
        Assert.Equal(1, _sandbox.Stops);
    }

    [Fact]
    public void RemoveModule_StopsTheSandbox()
    {
        _engine.InSession(() => FleetSession.Set(FakeSandbox.Connect(_sandbox)));

        _engine.Run("Remove-Module Aragora.Fleet");

        Assert.Equal(1, _sandbox.Stops);
    }

    [Fact]
    public void RunspaceCloses_StopsTheSandbox()
    {
        var engine = EngineHost.Open();
        engine.InSession(() => FleetSession.Set(FakeSandbox.Connect(_sandbox)));

        engine.Dispose();

        Assert.Equal(1, _sandbox.Stops);
    }

    [Fact]
    public async Task ProcessEnds_StopsTheSandbox()
    {
        var result = await Shell.ShellProcess.RunAsync(
            "-Command",
            $"Import-Module '{typeof(FakeSandbox).Assembly.Location}'; Start-FakeSandbox; [Environment]::Exit(0)");

        Assert.Equal("started\nstopped\n", result.Output);
    }
}
