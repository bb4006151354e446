using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Pipeline;

namespace Aragora.Fleet.Tests.Pipeline;

/// <summary>The ways a pipeline ends early, for a cmdlet that changes hosts: the end state comes first.</summary>
public sealed class EndStateTests : PipelineTest
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _log = [];

    [Fact]
    public void DownstreamStop_TheWorkerRunsToItsEndStateSilently()
    {
        GivenEnd(async (sink, token) =>
        {
            for (var host = 1; host <= 3; host++)
            {
                await sink.EmitAsync(host);
                await sink.FailAsync(Failure(host));
                _log.Add($"{host} {token.IsCancellationRequested} {sink.StopRequested.IsCancellationRequested}");
            }
        });

        var result = Engine.Run("Edit-Body -End $end | Stop-Upstream");

        Assert.Null(result.Exception);
        Assert.Equal([1], result.Values.Cast<int>());
        Assert.Equal(["1 False False", "2 False False", "3 False False"], _log);
        Assert.Empty(result.Errors);
    }

    [Fact]
    public void DownstreamThrows_TheSameExceptionComesOutAfterTheEndState()
    {
        GivenEnd(async (sink, _) =>
        {
            await sink.EmitAsync(1);
            _log.Add("end state");
        });

        var result = Engine.Run(
            "try { Edit-Body -End $end | ForEach-Object { throw [TimeoutException]::new('x') } } "
            + "catch [TimeoutException] { 'caught' }");

        Assert.Equal(["caught"], result.Values);
        Assert.Equal(["end state"], _log);
    }

    [Fact]
    public void ErrorActionStop_FiresAfterTheEndState()
    {
        GivenEnd(async (sink, _) =>
        {
            await sink.FailAsync(Failure(1));
            await sink.EmitAsync("reverted");
            _log.Add("end state");
        });

        var result = Engine.Run("Edit-Body -End $end -ErrorAction Stop");

        Assert.Equal(["reverted"], result.Values);
        Assert.Equal(["end state"], _log);
        Assert.StartsWith("HostDeployFailed", result.TerminatingError!.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_AreWrittenAfterTheOutput_ThenTheWorkersOwn()
    {
        GivenEnd(async (sink, _) =>
        {
            await sink.FailAsync(Failure(1));
            await sink.EmitAsync("out");
            throw new FleetException(FailureKind.DeployFailed, "The deploy failed.", "Look.", "plan");
        });

        var result = Engine.RunToFailure("Edit-Body -End $end 2>&1");

        Assert.Equal("out", result.Values.First());
        Assert.IsType<ErrorRecord>(result.Values.Last());
        Assert.StartsWith("DeployFailed", result.TerminatingError!.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CtrlC_StartsNothingNew_FinishesTheStep_AndItsLinesAreSeen()
    {
        var step = new TaskCompletionSource();
        GivenEnd(async (sink, token) =>
        {
            using var registration = sink.StopRequested.Register(step.SetResult);
            await sink.EmitAsync("host 1");
            _reached.SetResult();
            await step.Task;
            await sink.EmitAsync("host 2");
            await sink.FailAsync(Failure(2));
            sink.Verbose("dropped");
            sink.Notice("Resume with: Resume-AragoraDeploy -Id 7");
            _log.Add($"finished {token.IsCancellationRequested}");
        });

        var result = await Engine.RunAsync("Edit-Body -End $end", _reached.Task);

        Assert.IsType<PipelineStoppedException>(result.Exception);
        Assert.Equal(PSInvocationState.Stopped, result.State);
        Assert.Equal(["finished False"], _log);
        Assert.Equal(["host 1"], result.Values);
        Assert.Equal(
            ["WARNING: Resume with: Resume-AragoraDeploy -Id 7", "ERROR: Edit-Body: Host 2 failed. Look."],
            Engine.Screen.Lines);
    }

    [Fact]
    public async Task CtrlC_WorkerThenThrows_TheFailureIsSeen()
    {
        GivenEnd(async (sink, _) =>
        {
            _reached.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, sink.StopRequested)
                .ContinueWith(_ => { }, TaskScheduler.Default);
            throw new FleetException(FailureKind.DeployFailed, "Stopped after wave 1.", "Resume it.", "plan");
        });

        var result = await Engine.RunAsync("Edit-Body -End $end", _reached.Task);

        Assert.IsType<PipelineStoppedException>(result.Exception);
        Assert.Equal(["ERROR: Edit-Body: Stopped after wave 1. Resume it."], Engine.Screen.Lines);
    }

    [Fact]
    public void DownstreamStop_ProgressAndNoticeAreStillSeen()
    {
        GivenEnd(async (sink, _) =>
        {
            await sink.EmitAsync(1);
            sink.Progress(new ProgressRecord(0, "Deploying", "host 2"));
            sink.Notice("Not everything is back.");
            await sink.EmitAsync(2);
        });

        Engine.Run("Edit-Body -End $end | Stop-Upstream");

        Assert.Equal(["WARNING: Not everything is back."], Engine.Screen.Lines);
        Assert.Equal(
            [ProgressRecordType.Processing, ProgressRecordType.Completed],
            Engine.Screen.Progress.Select(record => record.RecordType));
    }

    [Fact]
    public void DownstreamStop_ProgressThatIsUnwanted_StaysUnseen()
    {
        GivenEnd(async (sink, _) =>
        {
            await sink.EmitAsync(1);
            sink.Progress(new ProgressRecord(0, "Deploying", "host 2"));
            await sink.EmitAsync(2);
        });

        Engine.Run("Edit-Body -End $end -ProgressAction SilentlyContinue | Stop-Upstream");
        Engine.Run("$ProgressPreference = 'SilentlyContinue'; Edit-Body -End $end | Stop-Upstream");

        Assert.Empty(Engine.Screen.Progress);
    }

    [Fact]
    public void WarningActionStop_FiresAfterTheEndState()
    {
        GivenEnd(async (sink, _) =>
        {
            sink.Warning("Careful.");
            await sink.EmitAsync("dropped");
            _log.Add("end state");
        });

        var result = Engine.Run("Edit-Body -End $end -WarningAction Stop");

        Assert.IsType<ActionPreferenceStopException>(result.Exception);
        Assert.Equal(["end state"], _log);
        Assert.Empty(result.Output);
    }

    private static FleetException Failure(int host) =>
        new(FailureKind.HostDeployFailed, $"Host {host} failed.", "Look.", host);
}
