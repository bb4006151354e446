using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Pipeline;

namespace Aragora.Fleet.Tests.Shell;

/// <summary>Reads until it is stopped.</summary>
[Cmdlet(VerbsCommon.Get, "Sample")]
public sealed class GetSampleCommand : AsyncCmdlet
{
    protected override async Task EndAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        await sink.EmitAsync("reading");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
    }
}

/// <summary>Changes a host until it is stopped, then says how to go on.</summary>
[Cmdlet(VerbsCommon.Set, "Sample", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class SetSampleCommand : AsyncCmdlet
{
    protected override bool RunsToEndState => true;

    protected override async Task EndAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        if (!await sink.ConfirmAsync("host 1", "Change"))
        {
            return;
        }

        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = sink.StopRequested.Register(stop.SetResult);
        await sink.EmitAsync("changing");
        await stop.Task;
        sink.Notice("Resume with: Set-Sample");
        throw new FleetException(FailureKind.DeployFailed, "Stopped after host 1.", "Resume it.", "plan");
    }
}

/// <summary>Fails with a recommendation.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Sample")]
public sealed class TestSampleCommand : AsyncCmdlet
{
    protected override Task EndAsync(PipelineSink sink, CancellationToken cancellationToken) => sink.FailAsync(
        new FleetException(FailureKind.HostLocked, "Host 1 is locked.", "Wait for the other step.", "host 1"));
}
