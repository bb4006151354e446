using System.Management.Automation;
using System.Runtime.ExceptionServices;
using Aragora.Fleet.PowerShell.Errors;

namespace Aragora.Fleet.PowerShell.Pipeline;

/// <summary>
/// The run of a cmdlet that changes hosts: nothing that ends its pipeline early ends its worker. Errors are kept,
/// output that nobody takes is dropped, and the pipeline ends after the worker has reached its end state.
/// </summary>
internal sealed class EndStateRun(AsyncCmdlet cmdlet, CancellationToken stopRequested)
    : PipelineRun(cmdlet, stopRequested)
{
    private readonly object _gate = new();
    private readonly List<ErrorRecord> _errors = [];
    private ExceptionDispatchInfo? _earlyEnd;

    private bool HasEnded => _earlyEnd is not null || StopRequested.IsCancellationRequested;

    public override void Execute(Func<PipelineSink, CancellationToken, Task> body)
    {
        var worker = Start(body, CancellationToken.None);
        while (Queue.TryTake(CancellationToken.None, out var item))
        {
            item.Execute();
        }

        var failure = Join(worker);
        Progress.Complete();
        if (StopRequested.IsCancellationRequested)
        {
            TellHost(failure);
            _earlyEnd?.Throw();
            throw new PipelineStoppedException();
        }

        _earlyEnd?.Throw();
        _errors.ForEach(Cmdlet.WriteError);
        ThrowFailure(worker);
    }

    public override void Write(Action action)
    {
        if (HasEnded)
        {
            return;
        }

        try
        {
            action();
        }
        catch (Exception end)
        {
            _earlyEnd = ExceptionDispatchInfo.Capture(end);
        }
    }

    public override Task FailAsync(ErrorRecord error)
    {
        lock (_gate)
        {
            _errors.Add(error);
        }

        return Task.CompletedTask;
    }

    public override void Notice(string message)
    {
        Write(() => Cmdlet.WriteWarning(message));
        if (HasEnded)
        {
            Cmdlet.Host.UI.WriteWarningLine(message);
        }
    }

    private static Exception? Join(Task worker)
    {
        Task.WhenAny(worker).GetAwaiter().GetResult();
        return worker.Exception?.InnerException;
    }

    // After Ctrl+C the engine takes no error records any more; what went wrong must be seen all the same.
    private void TellHost(Exception? failure)
    {
        var errors = failure is null ? _errors : [.. _errors, ErrorRecordFactory.From(failure)];
        var name = Cmdlet.MyInvocation.MyCommand.Name;
        foreach (var error in errors)
        {
            Cmdlet.Host.UI.WriteErrorLine($"{name}: {ErrorRecordFactory.Describe(error)}");
        }
    }
}
