using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Pipeline;
using Microsoft.Extensions.Time.Testing;

namespace Aragora.Fleet.Tests.Pipeline;

/// <summary>The ways a pipeline ends early, for a cmdlet that reads.</summary>
public sealed class InterruptionTests : PipelineTest
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public void DownstreamStop_CancelsTheWorkerBeforeItsNextStep()
    {
        var steps = 0;
        var cancelled = false;
        GivenEnd(async (sink, token) =>
        {
            try
            {
                for (steps = 1; steps <= 3; steps++)
                {
                    await sink.EmitAsync(steps);
                }
            }
            catch (OperationCanceledException)
            {
                cancelled = token.IsCancellationRequested;
                throw;
            }
        });

        var result = Engine.Run("Read-Body -End $end | Stop-Upstream");

        Assert.Null(result.Exception);
        Assert.Equal([1], result.Values.Cast<int>());
        Assert.Equal(1, steps);
        Assert.True(cancelled);
    }

    [Theory]
    [InlineData("Read-Body -End $end -ErrorAction Stop")]
    [InlineData("$ErrorActionPreference = 'Stop'; Read-Body -End $end")]
    public void ErrorActionStop_CancelsTheWorkerBeforeItsNextStep(string script)
    {
        var wentOn = false;
        GivenEnd(async (sink, _) =>
        {
            await sink.FailAsync(new FleetException(FailureKind.CommandFailed, "Wave 1 failed.", "Look.", 1));
            wentOn = true;
        });

        var result = Engine.Run(script);

        Assert.False(wentOn);
        Assert.Equal(FailureKind.CommandFailed, Assert.IsType<FleetException>(result.TerminatingError!.Exception).Kind);
    }

    [Fact]
    public async Task CtrlC_WhileTheWorkerWaits_EndsItAtOnce()
    {
        GivenEnd(async (_, token) =>
        {
            _reached.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        });

        var result = await Engine.RunAsync("Read-Body -End $end", _reached.Task).WaitAsync(TimeSpan.FromSeconds(4));

        Assert.IsType<PipelineStoppedException>(result.Exception);
        Assert.Equal(PSInvocationState.Stopped, result.State);
        Assert.Empty(result.Errors);
    }

    [Fact]
    public async Task CtrlC_WhileWriting_EndsTheWorker()
    {
        GivenEnd(async (sink, _) =>
        {
            for (var i = 0; ; i++)
            {
                await sink.EmitAsync(i);
                if (i == 10)
                {
                    _reached.SetResult();
                }
            }
        });

        var result = await Engine.RunAsync("Read-Body -End $end", _reached.Task);

        Assert.IsType<PipelineStoppedException>(result.Exception);
    }

    [Theory]
    [InlineData("Read-Body")]
    [InlineData("Edit-Body")]
    public async Task CtrlC_WhileConfirming_EndsTheWorkerUnconfirmed(string cmdlet)
    {
        using var pressed = new ManualResetEventSlim();
        bool? confirmed = null;
        GivenEnd(async (sink, _) => confirmed = await sink.ConfirmAsync("i-1", "Look"));
        Engine.Screen.Answer = labels =>
        {
            _reached.SetResult();
            pressed.Wait(TimeSpan.FromSeconds(10));
            throw new PipelineStoppedException();
        };

        var running = Engine.RunAsync($"{cmdlet} -End $end -Confirm", _reached.Task);
        await _reached.Task;
        pressed.Set();
        var result = await running;

        Assert.IsType<PipelineStoppedException>(result.Exception);
        Assert.NotEqual(true, confirmed);
    }

    [Fact]
    public async Task CtrlC_GivesTheWorkerTimeToCancelAtTheService()
    {
        var cancelledAtService = false;
        GivenEnd(async (_, token) =>
        {
            _reached.SetResult();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            }
            catch (OperationCanceledException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
                cancelledAtService = true;
                throw;
            }
        });

        await Engine.RunAsync("Read-Body -End $end", _reached.Task);

        Assert.True(cancelledAtService);
    }

    [Fact]
    public async Task CtrlC_WorkerIgnoresItsToken_IsLeftBehindAfterABoundedTimeAndSaid()
    {
        var clock = new FakeTimeProvider();
        var release = new TaskCompletionSource();
        GivenEnd(async (_, _) =>
        {
            _reached.SetResult();
            await release.Task;
        });
        Engine.SetVariable("clock", clock);

        var running = Engine.RunAsync("Read-Body -End $end -TestClock $clock", _reached.Task);
        while (!running.IsCompleted)
        {
            clock.Advance(InterruptibleRun.JoinTimeout);
            await Task.WhenAny(running, Task.Delay(20, CancellationToken.None));
        }

        Assert.IsType<PipelineStoppedException>((await running).Exception);
        Assert.StartsWith(
            "WARNING: Read-Body was stopped", Assert.Single(Engine.Screen.Lines), StringComparison.Ordinal);
        release.SetResult();
        await Task.WhenAll(Workers);
    }

    [Fact]
    public void DownstreamThrows_TheSameExceptionComesOut()
    {
        GivenEnd((sink, _) => sink.EmitAsync(1));

        var result = Engine.Run(
            "try { Read-Body -End $end | ForEach-Object { throw [TimeoutException]::new('x') } } "
            + "catch [TimeoutException] { 'caught' }");

        Assert.Equal(["caught"], result.Values);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public void BodyThrows_BeforeOrAfterOutput_IsATerminatingErrorOfItsOwnType(bool emitFirst, int outputs)
    {
        GivenEnd(async (sink, _) =>
        {
            if (emitFirst)
            {
                await sink.EmitAsync("out");
            }

            throw new FormatException("A bug.");
        });

        var result = Engine.RunToFailure("Read-Body -End $end");

        var error = result.TerminatingError!;
        Assert.Equal(outputs, result.Output.Count);
        Assert.Equal("UnexpectedFailure,Aragora.Fleet.Tests.Pipeline.ReadBodyCommand", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.InvalidOperation, error.CategoryInfo.Category);
        Assert.IsType<FormatException>(error.Exception);
    }

    [Fact]
    public void BodyThrowsFleetException_IsATerminatingErrorOfTheCatalog()
    {
        GivenEnd((_, _) =>
            throw new FleetException(FailureKind.AccessDenied, "Not allowed.", "Ask.", "ssm:SendCommand"));

        var error = Engine.RunToFailure("Read-Body -End $end").TerminatingError!;

        Assert.Equal("AccessDenied,Aragora.Fleet.Tests.Pipeline.ReadBodyCommand", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.PermissionDenied, error.CategoryInfo.Category);
        Assert.Equal("ssm:SendCommand", error.TargetObject);
        Assert.Equal("Ask.", error.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void BodyTimesOutByItself_IsNoStop()
    {
        GivenEnd((_, _) => throw new TaskCanceledException("The request timed out."));

        var error = Engine.RunToFailure("Read-Body -End $end").TerminatingError!;

        Assert.StartsWith("UnexpectedFailure", error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_Twice_IsHarmless()
    {
        var cmdlet = new ReadBodyCommand();

        cmdlet.Dispose();
        cmdlet.Dispose();
    }
}
