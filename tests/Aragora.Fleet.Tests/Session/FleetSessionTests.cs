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

        InSession(_engine, () => FleetSession.Set(connection));

        Assert.Same(connection, InSession(_engine, FleetSession.Require));
        Assert.Null(InSession(other, () => FleetSession.Current));
    }

    [Fact]
    public void Set_Again_ClosesTheFormer()
    {
        var next = new FakeSandbox();

        InSession(_engine, () => FleetSession.Set(FakeSandbox.Connect(_sandbox)));
        InSession(_engine, () => FleetSession.Set(FakeSandbox.Connect(next)));

        Assert.Equal((1, 0), (_sandbox.Stops, next.Stops));
    }

    [Fact]
    public void Clear_ClosesOnceAndTellsWhetherThereWasOne()
    {
        InSession(_engine, () => FleetSession.Set(FakeSandbox.Connect(_sandbox)));

        Assert.True(InSession(_engine, FleetSession.Clear));
        Assert.False(InSession(_engine, FleetSession.Clear));
        Assert.Equal(1, _sandbox.Stops);
    }

    [Fact]
    public void RemoveModule_StopsTheSandbox()
    {
        InSession(_engine, () => FleetSession.Set(FakeSandbox.Connect(_sandbox)));

        _engine.Run("Remove-Module Aragora.Fleet");

        Assert.Equal(1, _sandbox.Stops);
    }

    [Fact]
    public void RunspaceCloses_StopsTheSandbox()
    {
        var engine = EngineHost.Open();
        InSession(engine, () => FleetSession.Set(FakeSandbox.Connect(_sandbox)));

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

    private static void InSession(EngineHost engine, Action action) => InSession(engine, () =>
    {
        action();
        return true;
    });

    // A delegate that a script invokes runs on the pipeline thread, where a cmdlet would.
    private static T InSession<T>(EngineHost engine, Func<T> function)
    {
        T result = default!;
        engine.SetVariable("action", new Action(() => result = function()));
        var run = engine.Run("$action.Invoke()");
        Assert.Null(run.Exception);
        Assert.Empty(run.Errors);
        return result;
    }
}
